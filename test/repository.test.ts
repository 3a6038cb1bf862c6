import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtInProviders, parseKey, redact } from "@keywarden/key-format";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));

const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
const manifest = (path: string): Manifest => JSON.parse(read(path)) as Manifest;

const source = committed.filter((path) => /^(packages|apps)\/[^/]+\/(src|assembly)\/.*\.tsx?$/.test(path));

/** What GitHub calls the headings of a document, for links to them. */
const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("the shape of the repository", () => {
  test.each(["key-format", "hygiene", "scan"])(
    "%s stays pure: nothing but its siblings is installed for it",
    (name) => {
      const siblings = ["@keywarden/key-format", "@keywarden/hygiene", "@keywarden/scan"];
      const { dependencies = {} } = manifest(`packages/${name}/package.json`);
      expect(Object.keys(dependencies).filter((dependency) => !siblings.includes(dependency))).toEqual([]);
    },
  );

  test("holds no half of a merge that was not ended", () => {
    const isText = /\.(?:[cm]?[jt]sx?|jsonc?|md|sh|ya?ml|sql|txt)$/;
    const marked = committed.filter((path) => isText.test(path) && /^(?:<{7}|>{7}) /m.test(read(path)));
    expect(marked).toEqual([]);
  });

  test("says why the system refused something in words, and never by its code alone", () => {
    const raw = /String\((?:(?:error|cause|failure)\.)?code\)|\$\{(?:error|cause|failure)\.code\}/;
    // What has a table of its own in front of that, and what tests alone use.
    const inOnePlace = /\/describe-(?:system-error|failure|unwritable)\.ts$|^packages\/testing\//;
    const shown = source.filter((path) => !inOnePlace.test(path) && raw.test(read(path)));
    expect(shown).toEqual([]);
  });

  test("git is asked through packages/git, which says what a failure means", () => {
    // They start git as a person or a hook would, or ask for its version alone.
    const asOthersWould = [
      /^packages\/testing\//,
      /^apps\/showcase\//,
      /^apps\/cli\/src\/hook\//,
      /\/operate\/diagnose\.ts$/,
    ];
    const starts = /(?:execFile|execFileSync|spawn|spawnSync|runCommand)\)?\("git"/;
    const own = source.filter((path) => starts.test(read(path)) && !path.startsWith("packages/git/"));
    expect(own.filter((path) => !asOthersWould.some((room) => room.test(path)))).toEqual([]);
  });

  test("a folder is made by packages/files: Node's own recursive mkdir never returns below /proc", () => {
    const inOnePlace = /^packages\/(?:files|testing)\/|^apps\/showcase\//;
    const recursive = /mkdir(?:Sync)?\([^;]*recursive: true/;
    expect(source.filter((path) => !inOnePlace.test(path) && recursive.test(read(path)))).toEqual([]);
  });

  test("zod is imported as a namespace, of which a bundle holds only what is used", () => {
    expect(source.filter((path) => /^import \{ z \} from "zod"/mu.test(read(path)))).toEqual([]);
  });

  test("no program takes the built-in providers for all of them: providersOf asks for the user's own", () => {
    const programs = source.filter((path) => /^apps\/(?!showcase\/)/.test(path));
    // Help is answered before any configuration is read.
    const help = "apps/cli/src/keys/provider-flags.ts";
    const taken = programs.filter((path) => path !== help && read(path).includes("builtInProviders"));
    expect(taken).toEqual([]);
  });

  test("inventory stays pure outside its login room: what it loads asks neither the system nor the clock", () => {
    const room = source.filter((path) => path.startsWith("packages/inventory/src/"));
    const pure = room.filter((path) => !path.startsWith("packages/inventory/src/login/"));
    const loaded = pure.flatMap((path) =>
      [...read(path).matchAll(/^(?:import|export) (?!type )[^;]*?from "([^."][^"]*)";/gm)].map(
        ([, name]) => name ?? "",
      ),
    );
    const allowed = [
      "@keywarden/hygiene",
      "@keywarden/key-format",
      "@keywarden/rotation/key-facts",
      "string-width",
    ];
    expect([...new Set(loaded)].filter((name) => !allowed.includes(name))).toEqual([]);
    expect(pure.filter((path) => /Date\.now|new Date\(\)|Math\.random/.test(read(path)))).toEqual([]);
  });

  test.each(["cli", "key-server", "github-app", "tui"])(
    "%s installs nothing beside its one bundled file",
    (app) => {
      expect(manifest(`apps/${app}/package.json`).dependencies ?? {}).toEqual({});
    },
  );

  test("no app imports another app", () => {
    const apps = new Set(
      committed
        .filter((path) => /^apps\/[^/]+\/package\.json$/.test(path))
        .map((path) => manifest(path).name),
    );
    const guilty = committed
      .filter((path) => /^apps\/[^/]+\/package\.json$/.test(path))
      .filter((path) => {
        const { dependencies = {}, devDependencies = {} } = manifest(path);
        return [...Object.keys(dependencies), ...Object.keys(devDependencies)].some((name) => apps.has(name));
      });
    expect(guilty).toEqual([]);
  });

  test("every source file has at most 350 lines, and every main at most 40", () => {
    const long = source.filter((path) => {
      const lines = read(path).trimEnd().split("\n").length;
      return lines > (/\/main\.tsx?$/.test(path) && path.startsWith("apps/") ? 40 : 350);
    });
    expect(long).toEqual([]);
  });

  test("file names are kebab-case and say what is inside", () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\.|\/)/;
    expect(
      source.filter((path) => /[A-Z_]/.test(path.replace(/^.*\/src\//, "")) || drawers.test(path)),
    ).toEqual([]);
  });

  test("every relative link in the documents leads to a file, and to a heading of it where it names one", () => {
    const leads = (path: string, target: string, anchor: string): boolean => {
      const file = target === "" ? path : join(dirname(path), target);
      if (!existsSync(join(root, file))) return false;
      return anchor === "" || anchorsOf(read(file)).includes(anchor);
    };
    const broken = committed
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
          .filter(([, target = "", anchor = ""]) => !leads(path, target, anchor))
          .map(([link]) => `${path} → ${link}`),
      );
    expect(broken).toEqual([]);
  });

  test("the README compares by the numbers of docs/benchmarks.md", () => {
    const columns = ["well-known", "written forms", "without keys|no keys"].map((name) => new RegExp(name));
    // The first table whose columns are called so: each scanner, and what stands in these columns.
    const readComparison = (document: string): readonly (readonly string[])[] => {
      const [table = ""] = /^\| scanner .*well-known.*\n(?:\|.*\n)+/m.exec(read(document)) ?? [];
      const [heads = [], , ...rows] = table
        .split("\n")
        .map((line) => line.split("|").map((cell) => cell.trim()));
      const places = [1, ...columns.map((column) => heads.findIndex((head) => column.test(head)))];
      return rows.filter((row) => row.length > 1).map((row) => places.map((place) => row[place] ?? "?"));
    };
    const compared = readComparison("README.md");
    expect(compared.length).toBeGreaterThan(3);
    expect(readComparison("docs/benchmarks.md")).toEqual(expect.arrayContaining([...compared]));
  });

  test("docs/README.md leads to every document, and README.md to it", () => {
    const index = read("docs/README.md");
    const documents = committed.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md");
    expect(documents.filter((path) => !index.includes(`](${path.replace("docs/", "")})`))).toEqual([]);
    expect(read("README.md")).toContain("](docs/README.md)");
  });

  // What was changed or measured names files of its time, and of other repositories.
  const ofOtherTimes = ["CHANGELOG.md", "docs/benchmarks.md"];
  test.each(committed.filter((path) => path.endsWith(".md") && !ofOtherTimes.includes(path)))(
    "%s names only files that are there",
    (document) => {
      const named = [...read(document).matchAll(/`((?:packages|apps|test|docs)\/[^`\s<]*)`/g)].map(
        ([, path]) => path ?? "",
      );
      // By its path from the root or from the document, tests without their ending.
      const isThere = (path: string): boolean =>
        [path, join(dirname(document), path)].some(
          (from) => globSync([from, `${from}.test.{ts,tsx}`], { cwd: root }).length > 0,
        );
      expect(named.filter((path) => !isThere(path))).toEqual([]);
    },
  );

  test.each([
    ["docs/faults.md", "apps/cli/test"],
    ["docs/app-faults.md", "apps/github-app/test"],
    ["docs/server-faults.md", "apps/key-server/test"],
  ])("%s names a test that is there for each fault", (document, folder) => {
    const tables = read(document).matchAll(/^\|.* test that holds it +\|\n\|.*\n((?:\|.*\n)+)/gm);
    const rows = [...tables].flatMap(([, lines = ""]) => [...lines.matchAll(/\|\s*([^|]+)\|$/gm)]);
    const named = rows.flatMap(([, tests = ""]) =>
      [...tests.matchAll(/`([a-z][a-z\d./-]*)`/g)].map(([, name = ""]) => name),
    );
    const isThere = (name: string): boolean =>
      ["", `${folder}/`].some((start) =>
        [".test.ts", ".test.tsx"].some((end) => committed.includes(`${start}${name}${end}`)),
      );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });

  test("nothing committed looks like a live key of anyone", () => {
    const suspicious = committed
      .filter((path) => !path.endsWith("package-lock.json"))
      .flatMap((path) =>
        [...read(path).matchAll(/(?<![A-Za-z0-9])[a-z]{2}_(?:live|prod)_[A-Za-z0-9]{12,}/g)].map(
          ([key]) => `${path}: ${redact(key)}`,
        ),
      );
    expect(suspicious).toEqual([]);
  });

  test("the pattern above covers every production prefix that we know", () => {
    const prefixes = builtInProviders
      .flatMap(({ formats }) => formats)
      .filter(({ environment }) => environment === "production")
      .map(({ prefix }) => prefix);
    expect(prefixes.filter((prefix) => !/^[a-z]{2}_(live|prod)_$/.test(prefix))).toEqual([]);
    expect(parseKey(`${prefixes[0]}${"a1B2".repeat(10)}`, builtInProviders).ok).toBe(true);
  });
});
