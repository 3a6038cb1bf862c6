import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden, live } from "./command.ts";
import { runHere } from "./terminal.ts";

/** Imports one file and gives what was said, and the keywarden.json. */
async function importFile(
  scanner: string,
  name: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
) {
  using place = makeTemporaryDirectory();
  for (const [path, content] of Object.entries({ ...more, [name]: text }))
    writeFileSync(join(place.path, path), content);
  const result = await runHere(["import", scanner], { directory: place.path });
  const config = JSON.parse(readFileSync(join(place.path, "keywarden.json"), "utf8")) as Record<
    string,
    unknown
  >;
  const scan = await runHere(["scan", "--format", "jsonl"], { directory: place.path });
  return { ...result, config, scan };
}

describe("keywarden import", () => {
  it("turns rules and allowlists of gitleaks into patterns and entries, and lists what is left", async () => {
    const { status, stdout, config, scan } = await importFile(
      "gitleaks",
      ".gitleaks.toml",
      String.raw`
[[rules]]
id = "acme-token"
regex = '''\b(acme-[a-z0-9]{20}\.[a-f0-9]{40})\b'''
[[rules]]
id = "acme-pair"
regex = '''ac_(?:live|test)_[A-Za-z0-9]{24,32}'''
[[rules]]
id = "github"
regex = '''ghp_[0-9a-zA-Z]{36}'''
[[rules]]
id = "loose"
regex = '''secret(?i)key.{0,20}'''
[allowlist]
paths = ['''^docs/''', '''\.lock$''', '''(?:a|b)+x''', '''^(tests?|mock)/''', '''/\.?env\.ex$''']
stopwords = ["fake"]
`,
    );
    expect(status).toBe(1);
    expect(config["providers"]).toEqual([
      {
        id: "imported",
        patterns: [
          { id: "acme-token", pattern: "acme-{base36:20}.{hex:40}", kind: "secret" },
          { id: "acme-pair", pattern: "ac_{live|test}_{base62:24-32}", kind: "secret" },
        ],
      },
    ]);
    const paths = ["docs/**", "**/*.lock", "test/**", "mock/**", "tests/**", "**/env.ex", "**/.env.ex"];
    expect(config["exclude"]).toEqual(paths);
    expect(stdout).toContain("Not converted, 4:");
    expect(stdout).toContain(
      "rule github, as ghp_{base62:36}: a key can fit this and github/classic-pat, which",
    );
    expect(stdout).toContain("rule loose: case is ignored");
    expect([scan.status, scan.stderr]).toEqual([0, ""]);
  });

  // What gitleaks and betterleaks generate, and what people copy into rules of their own.
  it("turns a rule for a value behind a service's name into a pattern of that service", async () => {
    const assigns = String.raw`(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;
    const ends = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;
    const rule = (id: string, names: string, value: string): string =>
      `[[rules]]\nid = "${id}"\nregex = '''(?i)[\\w.-]{0,50}?(?:${names})${assigns}(${value})${ends}'''\n`;
    const { config, stdout, scan } = await importFile(
      "gitleaks",
      ".gitleaks.toml",
      rule("acme-key", "acme|acme-cloud", "[a-z0-9]{32}") +
        rule("orbit-pair", "orbit", "ob-[a-f0-9]{40}") +
        rule("odd", "a(?:b|c)", "[a-z0-9]{32}") +
        `[[rules]]\nid = "acme-token"\nregex = '''\\b(acme_[a-z0-9]{40})${ends}'''\n`,
    );
    expect(config["providers"]).toEqual([
      {
        id: "imported",
        patterns: [
          { id: "acme-key", pattern: "{base62:32}", kind: "secret", services: ["acme", "acme_cloud"] },
          { id: "orbit-pair", pattern: "ob-{hex-any:40}", kind: "secret", services: ["orbit"] },
          { id: "acme-token", pattern: "acme_{base36:40}", kind: "secret" },
        ],
      },
    ]);
    expect(stdout.split("\n").filter((line) => line.startsWith("  "))).toEqual([
      "  rule orbit-pair: its letters in other cases; they stand as they are written",
      expect.stringContaining("rule odd: it holds"),
      "  2 rules of a name before a value: the name also says key, token, secret or the like",
    ]);
    expect([scan.status, scan.stderr]).toEqual([0, ""]);
  });

  it("lists what it has no words for, whichever scanner asks for it", async () => {
    const said = async (...call: Parameters<typeof importFile>) =>
      (await importFile(...call)).stdout
        .split("\n")
        .filter((line) => line.startsWith("  ") && !/^  ["[{}\]]/.test(line));
    const regex = "acme_[a-f0-9]{40}";
    expect(
      await said(
        "gitleaks",
        ".gitleaks.toml",
        `[[rules]]\nid = "acme"\nregex = "${regex}"\nsecretGroup = 2\nskipReport = true\n`,
        { ".gitleaksignore": "# old\nsrc/a.js:acme:3\n" },
      ),
    ).toEqual([
      "  rule acme, skipReport: keywarden.json has nothing like it",
      "  rule acme: its secretGroup; all that the expression finds is the key",
      "  .gitleaksignore, 1: it names lines, and neither keys nor paths",
    ]);
    expect(
      await said(
        "trufflehog",
        "trufflehog.yaml",
        `sources:\n  - type: GITHUB\ndetectors:\n  - name: acme\n    regex:\n      key: ${regex}\n`,
      ),
    ).toEqual(["  sources: keywarden.json has nothing like it"]);
    expect(
      await said(
        "detect-secrets",
        ".secrets.baseline",
        `{"plugins_used":[{"name":"HexHighEntropyString"},{"name":"AWSKeyDetector"}],"exclude":{"files":"^docs/"}}`,
      ),
    ).toEqual(["  plugin HexHighEntropyString: passwords, random text and addresses are not looked for"]);
  });

  it("says of every restriction of gitleaks' rules and lists that it is lost, and never excludes more", async () => {
    const { stdout, config } = await importFile(
      "gitleaks",
      ".gitleaks.toml",
      String.raw`
unheard = 1
[[rules]]
description = "acme"
regex = '''acme_[a-f0-9]{40}'''
path = '''\.env$'''
entropy = 3.5
[[allowlists]]
description = "one rule's tests"
targetRules = ["acme"]
paths = ['''^test/''']
[[allowlists]]
condition = "AND"
paths = ['''^docs/''']
regexes = ['''acme_dead''']
[whitelist]
files = ['''(.*?)(jpg|gif)$''', '''(^|/)mock/''', ".hidden.toml"]
commits = ["a3629013e1684648881ceae2383e9928"]
`,
    );
    const paths = ["**/*jpg", "**/*gif", "mock/**", "**/mock/**", "**/*.hidden.toml*"];
    expect(config["exclude"]).toEqual(paths);
    expect(stdout.split("\n").filter((line) => line.startsWith("  "))).toEqual([
      "  unheard: keywarden.json has nothing like it",
      "  rule acme: its path; the pattern holds for every file",
      "  rule acme: its entropy; what is a placeholder is left out instead",
      "  allowlist commits, 1: accept the keys that are left by a baseline",
      "  an allowlist one rule's tests: it is for some rules, and exclude holds for all",
      "  an allowlist: all of it must hold at once, and exclude asks for the path alone",
    ]);
  });

  it.each([
    [
      "ggshield",
      ".gitguardian.yaml",
      "paths: {exclude: [a/**]}",
      "paths: keywarden.json has nothing like it",
    ],
    ["ggshield", ".gitguardian.yaml", "secret: {show_secrets: true}", "secret.show_secrets: keywarden.json"],
    ["ggshield", ".gitguardian.yaml", "secret: {ignored-detectors: [X]}", "ignored detector X:"],
    [
      "trufflehog",
      "trufflehog.yaml",
      "detectors: [{name: acme, regex: {id: 'a[0-9]{4}', key: 'acme-[a-f0-9]{40}'}, exclude_words: [x]}]",
      "detector acme, exclude_words: keywarden.json has nothing like it",
    ],
    [
      "trufflehog",
      "trufflehog.yaml",
      "detectors: [{name: acme, regex: {id: 'a[0-9]{4}', key: 'acme-[a-f0-9]{40}'}}]",
      "detector acme: that all of its expressions must be there; each pattern holds alone",
    ],
    ["detect-secrets", ".secrets.baseline", '{"exclude":{"lines":"x"}}', "excluded lines: "],
    [
      "detect-secrets",
      ".secrets.baseline",
      '{"plugins_used":[{"name":"Own","path":"file:///a.py"}]}',
      "Own: it is code",
    ],
  ])("says of what %s is told in %s, %s, that it is lost", async (scanner, name, text, said) => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, name), text);
    const { status, stdout } = await runHere(["import", scanner], { directory: place.path });
    expect([status, stdout]).toEqual([1, expect.stringContaining(said)]);
  });

  it("accepts by fingerprint the very keys that a baseline of detect-secrets accepts", async () => {
    const hash = createHash("sha1").update(live).digest("hex");
    const { status, stdout, config, scan } = await importFile(
      "detect-secrets",
      ".secrets.baseline",
      JSON.stringify({
        filters_used: [
          { path: "detect_secrets.filters.regex.should_exclude_file", pattern: [String.raw`^vendor/.*`] },
        ],
        results: {
          "a.env": [
            { type: "Stripe Access Key", hashed_secret: hash, line_number: 1 },
            { type: "Secret Keyword", hashed_secret: "0".repeat(40), line_number: 2 },
          ],
        },
      }),
      { "a.env": `K=${live}\npassword=hunter2\n` },
    );
    expect(config).toMatchObject({ allow: [{ fingerprint: sha256(live) }], exclude: ["vendor/**"] });
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining("a.env: 1 accepted that Keywarden does not"),
    ]);
    expect(scan.status).toBe(0);
  });

  it("accepts what only a thorough scan finds, as the scan that follows does", async () => {
    const rare = createHash("sha1").update("a key").digest("hex");
    const hashed = createHash("sha1").update(rare).digest("hex");
    const { config, scan } = await importFile(
      "detect-secrets",
      ".secrets.baseline",
      JSON.stringify({ results: { "a.env": [{ hashed_secret: hashed }] } }),
      { "a.env": `STORMBOARD_API_KEY=${rare}\n` },
    );
    expect(config["allow"]).toMatchObject([{ fingerprint: sha256(rare) }]);
    expect(scan.status).toBe(0);
  });

  it("reads excluded paths and detectors of trufflehog", async () => {
    const detectors = await importFile(
      "trufflehog",
      "trufflehog.yaml",
      "detectors:\n  - name: Acme\n    keywords: [acme]\n    regex:\n      token: 'acme_[0-9a-f]{32}'\n",
    );
    expect(detectors.status).toBe(0);
    expect(detectors.config).toMatchObject({ providers: [{ patterns: [{ pattern: "acme_{hex:32}" }] }] });
    const paths = await importFile("trufflehog", "exclude-paths.txt", "node_modules/\n# old\n^test/data$\n");
    expect(paths.config["exclude"]).toEqual(["**/node_modules/**", "test/data"]);
  });

  it("reads ignored paths of ggshield, and says of ignored matches that they stay reported", async () => {
    const { status, stdout, config } = await importFile(
      "ggshield",
      ".gitguardian.yaml",
      `version: 2\nsecret:\n  ignored_paths: ['doc/**']\n  ignored_matches:\n    - name: test key\n      match: ${sha256(`${live},apikey`)}\n    - sk-test-\n`,
    );
    expect([status, config["exclude"], config["allow"]]).toEqual([1, ["doc/**"], undefined]);
    expect(stdout).toMatch(
      /an ignored match \(test key\): it is the hash of a secret together with its sort/,
    );
    expect(stdout).toContain("an ignored match: it is a text, and not a hash");
    expect(stdout).not.toContain("sk-test-");
  });

  it("changes no keywarden.json that is there, and shows no line of a file that it cannot read", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "keywarden.json"), "{}\n");
    writeFileSync(join(place.path, "exclude-paths.txt"), "dist/\n");
    const kept = await runHere(["import", "trufflehog"], { directory: place.path });
    expect([kept.status, kept.stdout]).toEqual([0, expect.stringContaining("exists and is unchanged")]);
    expect(readFileSync(join(place.path, "keywarden.json"), "utf8")).toBe("{}\n");
    writeFileSync(join(place.path, ".gitleaks.toml"), `a = "x"\nb = ${live}\n`);
    const broken = await runHere(["import", "gitleaks"], { directory: place.path });
    expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("cannot be understood")]);
    const none = await runHere(["import", "ggshield"], { directory: place.path });
    expect(none.status).toBe(2);
  });

  it("is named by a scan that reports a key where another scanner keeps lists, until there is a keywarden.json", async () => {
    using place = await makeRepository();
    const inner = join(place.path, "inner");
    mkdirSync(inner);
    writeFileSync(join(inner, "a.txt"), live);
    await place.git("add", ".");
    // The built program, whose parts for a commit are loaded in a way of their own.
    const scan = async () => await keywarden(["scan", "--staged"], { directory: inner, env: place.env });
    expect((await scan()).stderr).not.toContain("another scanner");
    for (const name of [".gitleaks.toml", ".gitleaksignore", ".secrets.baseline"])
      writeFileSync(join(place.path, name), "");
    const { status, stderr } = await scan();
    expect([status, stderr.match(/^(?!keywarden: ).+/gm)]).toEqual([1, null]);
    expect(stderr).toContain(
      "reads it: .gitleaks.toml, .secrets.baseline, .gitleaksignore; keywarden import gitleaks and",
    );
    writeFileSync(join(place.path, "keywarden.json"), "{}");
    expect((await scan()).stderr).not.toContain("another scanner");
    const ignored = await runHere(["import", "gitleaks", "../.gitleaksignore"], { directory: inner });
    expect([ignored.status, ignored.stderr]).toEqual([
      2,
      expect.stringContaining("keywarden baseline create"),
    ]);
  });
});
