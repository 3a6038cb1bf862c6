import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const documents = committed.filter((path) => path.endsWith(".md"));

describe("the dictionary of cspell", () => {
  const words = read(".cspell/words.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

  test("is sorted and has each word once", () => {
    const fold = (word: string): string => word.toLowerCase();
    expect(words.map(fold)).toEqual([...new Set(words.map(fold))].toSorted());
  });

  test("has no word that nothing uses", () => {
    const text = committed
      .filter((path) => !path.startsWith(".cspell/") && !/\.(lock|json|snap|bin)$/.test(path))
      .map((path) => read(path).toLowerCase())
      .join("\n");
    expect(words.filter((word) => !text.includes(word.toLowerCase()))).toEqual([]);
  });
});

describe("documents", () => {
  test("have no line of prose over 110 characters", () => {
    expect(documents.flatMap((path) => findLongLines(path))).toEqual([]);
  });

  test("CHANGELOG.md has entries of at most two lines, each once and under the kind of its change", () => {
    const sections = read("CHANGELOG.md").split(/^## /m).slice(1);
    for (const section of sections) {
      const headings = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
      const kinds = ["Added", "Changed", "Fixed", "Security"];
      expect(headings).toEqual(kinds.filter((kind) => headings.includes(kind)));
      const body = section
        .replace(/^.*\n/, "")
        .replace(/^###.*$/gm, "")
        .replace(/^\*\*.*\*\*$/gm, "");
      const entries = body.split(/^- /m).slice(1);
      expect(entries.filter((entry) => entry.trim().split("\n").length > 2)).toEqual([]);
      // A merge that goes wrong puts back what was joined or moved.
      expect(entries.filter((entry, index) => entries.indexOf(entry) !== index)).toEqual([]);
    }
  });
});

/** Lines of prose that are too long to read; tables, code, and lines that one link makes long are not prose. */
function findLongLines(path: string): string[] {
  let isCode = false;
  return read(path)
    .split("\n")
    .flatMap((line, index) => {
      if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
      const isTable = /^\s*(>\s*)?\|/.test(line);
      const text = line.replaceAll(/\]\([^)]*\)/g, "]");
      return isCode || isTable || text.length <= 110 ? [] : [`${path}:${index + 1} (${text.length})`];
    });
}

/** Words that one word replaced, with it: docs/architecture.md, "Words". */
const replaced: readonly (readonly [words: RegExp, instead: string, except?: RegExp])[] = [
  [
    /\bwayOut\b/,
    "remedy",
    /^(packages\/rotation\/|apps\/cli\/src\/keys\/describe-rotation\.ts|apps\/tui\/src\/effects\/rotate-key\.ts)/,
  ],
  [/\bways?[- ]out\b/, "remedy"],
  [/\btelltales?\b|telltaleWords|listTelltales/i, "prefilter literal"],
  [/\bsight(ing|ings|ed)\b|\bSight(ing|ings|ed)\b/, "occurrence, or new exposure"],
  [/\b(tally|tallies)\b/i, "account, or counts"],
  [/\bfates?\b/i, "outcome"],
  [/\bkeepHouse\b/, "prune"],
  [/\bKeyIssuer\b|\bmake\w+Issuer\b/, "KeyApi"],
  [/\b(key|keys') owner's API\b|\bask(s|ed)? the owner\b/, "provider"],
  [/\b(later|program)\.cjs\b/, "the name of what the file holds"],
  [/\bbefore-main\b/, "limit-malloc-arenas"],
  [/\bsecrets manager\b/, "secret manager"],
  [
    /(?<!\b(in|its|their|own|the) )\b[pP]laces?\b|[a-z]Places?\b|\bplaces?[A-Z]|\bPlace[A-Z]/,
    "location, sink or position",
    /\.md$|\/(style|batch-store)\.ts$/,
  ],
];

/** Inverted and archaic English that help, messages, comments and documents had. */
const archaic: readonly RegExp[] = [
  /\b(that|what|which|who) (is|are) (no|none)\b(?! longer)/,
  /\b(none of (ours|theirs)|names nobody|lies around|turns? it round|too dear)\b/,
  /\b(go|goes) on with\b/,
  /\bwrit(es?|ten) .{0,20}\banew\b/,
  /\bstand where they should not\b|\blook through the folder\b/,
  /\bof the moment\b/,
];

describe("one word for one thing", () => {
  const sources = committed.filter((path) =>
    /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$|^(docs\/|README|SECURITY|CONTRIBUTING|(packages|apps)\/[^/]+\/README)/.test(
      path,
    ),
  );
  const findLines = (pattern: RegExp, except?: RegExp): string[] =>
    sources
      .filter((path) => except?.test(path) !== true)
      .flatMap((path) =>
        read(path)
          .split("\n")
          .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
      );

  const cases = replaced.map(([words, instead, except]) => ({ words, instead, except }));
  test.each(cases)("$words is called $instead", ({ words, except }) => {
    expect(findLines(words, except)).toEqual([]);
  });

  test.each(archaic)("nothing says %s", (pattern) => {
    expect(findLines(pattern)).toEqual([]);
  });

  test("what was probably meant is asked by didYouMean and its neighbours alone", () => {
    const asks = committed.filter(
      (path) => /^(packages|apps)\/[^/]+\/src\//.test(path) && path.endsWith(".ts"),
    );
    const written = asks.filter((path) => /did you mean \$\{|did you mean["`']/i.test(read(path)));
    expect(written).toEqual(["packages/key-format/src/words/did-you-mean.ts"]);
  });

  test("what stops a commit speaks of no App, which its reader may not have", () => {
    const scanner = sources.filter((path) => /^(apps\/cli|packages\/(repository-)?scan)\/src\//.test(path));
    expect(scanner.length).toBeGreaterThan(100);
    expect(scanner.filter((path) => /GitHub App|Keywarden's App/.test(read(path)))).toEqual([]);
  });

  test("files are named by the words, too", () => {
    const old = /(^|[/-])(way-out|ways-out|sightings?|tallies|fates?|issuers?|telltales?|places?)[.-]/;
    expect(committed.filter((path) => old.test(path))).toEqual([]);
  });
});
