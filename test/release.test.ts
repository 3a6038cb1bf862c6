import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { writeBillOfMaterials } from "../release/bill-of-materials.ts";
import { listBundledPackages } from "../release/bundled-packages.ts";
import { writeNotices } from "../release/notices.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const apps = ["cli", "key-server", "github-app", "tui"];

/** Lays out packages as npm installs them: folder → its package.json and its other files. */
function install(path: string, packages: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  for (const [folder, files] of Object.entries(packages)) {
    for (const [name, text] of Object.entries(files)) {
      const file = join(path, "node_modules", folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

const manifest = (name: string, license: string, version = "1.0.0"): string =>
  JSON.stringify({ name, version, license });

describe("what is bundled", () => {
  test("is listed once a package, nested copies too, with every licence and notice file", () => {
    using directory = makeTemporaryDirectory();
    install(directory.path, {
      "@scope/b": { "package.json": manifest("@scope/b", "Apache-2.0"), LICENSE: "text", NOTICE: "notice" },
      "@scope/b/node_modules/a": { "package.json": manifest("a", "MIT", "2.0.0"), "license.md": "two" },
      a: { "package.json": manifest("a", "MIT"), "LICENSE-MIT": "one" },
    });
    const files = [
      "node_modules/a/index.js",
      "node_modules/@scope/b/lib/deep/index.js",
      "node_modules/@scope/b/lib/other.js",
      "node_modules/@scope/b/node_modules/a/index.js",
      "packages/scan/src/index.ts",
    ];
    const packages = listBundledPackages(directory.path, files);
    expect(packages.map(({ name, version, notices }) => [name, version, ...notices])).toEqual([
      ["@scope/b", "1.0.0", "text", "notice"],
      ["a", "1.0.0", "one"],
      ["a", "2.0.0", "two"],
    ]);
    const text = writeNotices("program", packages);
    expect(text).toContain("3 other packages");
    expect(text).toContain("a 2.0.0 (MIT)\n\ntwo\n");
  });

  test("takes the licence from the README of a package that has it only there", () => {
    using directory = makeTemporaryDirectory();
    const readme =
      "# old\n\n## License\n\nCopyright (c) Ann\n\nPermission is hereby granted, free of charge\n";
    install(directory.path, { old: { "package.json": manifest("old", "MIT"), "README.md": readme } });
    expect(listBundledPackages(directory.path, ["node_modules/old/i.js"])[0]?.notices).toEqual([
      "Copyright (c) Ann\n\nPermission is hereby granted, free of charge",
    ]);
  });

  test.each([
    ["a licence that is not allowed", manifest("bad", "GPL-3.0-only"), { LICENSE: "text" }],
    ["no licence in the manifest", JSON.stringify({ name: "bad", version: "1.0.0" }), { LICENSE: "text" }],
    ["no text", manifest("bad", "MIT"), {}],
    ["no text in the README either", manifest("bad", "MIT"), { "README.md": "## License\n\nMIT\n" }],
  ])("stops the build for %s", (_, json, files) => {
    using directory = makeTemporaryDirectory();
    install(directory.path, { bad: { "package.json": json, ...files } });
    expect(() => listBundledPackages(directory.path, ["node_modules/bad/index.js"])).toThrow(/^bad 1\.0\.0 /);
  });

  test("is a valid CycloneDX 1.6 document, with the hash of each tarball", async () => {
    const packages = [
      { name: "@scope/b", version: "1.0.0", licence: "MIT", notices: [], folder: "node_modules/@scope/b" },
      { name: "a", version: "2.0.0", licence: "ISC", notices: [], folder: "node_modules/a" },
    ];
    const program = { name: "program", version: "1.2.3", license: "Apache-2.0" };
    const integrity = { "node_modules/a": `sha512-${Buffer.alloc(64, 1).toString("base64")}` };
    const text = writeBillOfMaterials(
      program,
      packages,
      (folder) => integrity[folder as keyof typeof integrity],
    );
    const errors = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
    expect(errors).toBeNull();
    expect(text).toContain('"purl": "pkg:npm/%40scope/b@1.0.0"');
    expect(text).toContain(`"content": "${"01".repeat(64)}"`);
  });
});

describe("each built program", () => {
  test.each(apps)(
    "%s has its licence, the notices of what is in it and a valid bill of materials",
    async (app) => {
      const dist = `apps/${app}/dist`;
      expect(read(`${dist}/LICENSE`)).toBe(read("LICENSE"));
      const bill = read(`${dist}/sbom.cdx.json`);
      expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill)).toBeNull();
      const { components } = JSON.parse(bill) as { readonly components: readonly { hashes?: unknown }[] };
      const notices = read(`${dist}/THIRD-PARTY-NOTICES.txt`);
      expect(components.length).toBeGreaterThan(10);
      expect(notices).toContain(`contains the code of ${components.length} other packages`);
      expect(notices.match(/copyright/gi)?.length).toBeGreaterThan(10);
      expect(components.filter(({ hashes }) => hashes === undefined)).toEqual([]);
    },
  );

  test.each(apps.filter((app) => app !== "cli"))(
    "%s answers help, the version and a mistake from its first two files",
    (app) => {
      using folder = makeTemporaryDirectory();
      for (const file of ["main.js", "early.cjs", "package.json"])
        copyFileSync(join(root, "apps", app, "dist", file), join(folder.path, file));
      const ask = (...words: string[]) =>
        spawnSync(process.execPath, [join(folder.path, "main.js"), ...words], { encoding: "utf8" });
      expect(ask("--version").stdout).toMatch(/^keywarden-\S+ \d+\.\d+\.\d+\n$/);
      expect(ask("help", "completions").stdout).toContain("completions bash");
      expect(ask("--help").stdout).toContain("Exit status");
      expect(ask("--verison")).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("Did you mean") as string,
      });
    },
  );

  test.each(apps)("%s tells the registry where it comes from", (app) => {
    const { repository, homepage, bugs, keywords, author, publishConfig } = JSON.parse(
      read(`apps/${app}/package.json`),
    ) as Readonly<Record<string, unknown>>;
    expect({ repository, homepage, bugs, keywords, author, publishConfig }).toEqual({
      repository: {
        type: "git",
        url: "git+https://github.com/keywarden/keywarden.git",
        directory: `apps/${app}`,
      },
      homepage: expect.stringContaining(`/apps/${app}#readme`),
      bugs: { url: "https://github.com/keywarden/keywarden/issues" },
      keywords: expect.arrayContaining(["keywarden", "api-keys"]),
      author: expect.any(String),
      publishConfig: { access: "public", provenance: true },
    });
  });
});
