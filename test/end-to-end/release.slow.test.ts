import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const release = join(root, "dist", "release");
const tarballs = (): string[] => readdirSync(release).filter((file) => file.endsWith(".tgz"));
const run = (file: string, args: readonly string[], cwd: string): string =>
  execFileSync(process.execPath, [file, ...args], { cwd, encoding: "utf8" });

beforeAll(() => {
  execFileSync("npm", ["run", "--silent", "release", "--", "--allow-dirty"], { cwd: root });
});

describe("npm run release", () => {
  test("makes four programs with their bills of materials, four libraries, notes and checksums", () => {
    expect(readdirSync(release).map((file) => file.replace(/-\d+\.\d+\.\d+/, ""))).toEqual([
      "RELEASE-NOTES.md",
      "SHA256SUMS",
      ...["", "-github-app"].flatMap((name) => [`keywarden${name}.cdx.json`, `keywarden${name}.tgz`]),
      "keywarden-key-format.tgz",
      "keywarden-management.tgz",
      "keywarden-scan.tgz",
      ...["-server", "-tui"].flatMap((name) => [`keywarden${name}.cdx.json`, `keywarden${name}.tgz`]),
      "keywarden-verifier.tgz",
    ]);
    const sums = readFileSync(join(release, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(sums).toHaveLength(readdirSync(release).length - 1);
    for (const line of sums) {
      const [sum, file = ""] = line.split("  ");
      expect(
        createHash("sha256")
          .update(readFileSync(join(release, file)))
          .digest("hex"),
      ).toBe(sum);
    }
  });

  test("puts the licence at the top of every tarball, and no link that leads nowhere into its README", () => {
    for (const file of tarballs()) {
      const list = execFileSync("tar", ["-tzf", join(release, file)], { encoding: "utf8" }).split("\n");
      const isLibrary = /format|management|scan|verifier/.test(file);
      const notices = isLibrary ? [] : ["package/dist/THIRD-PARTY-NOTICES.txt"];
      expect(list).toEqual(expect.arrayContaining(["package/LICENSE", ...notices]));
      const readme = execFileSync("tar", ["-xzOf", join(release, file), "package/README.md"], {
        encoding: "utf8",
      });
      expect([...readme.matchAll(/\]\((?!https:|#)[^)]*\)/g)].map(String)).toEqual([]);
    }
  });

  test("makes libraries that run and compile in an empty project", () => {
    using directory = makeTemporaryDirectory();
    const { path } = directory;
    writeFileSync(join(path, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
    const files = tarballs().map((file) => join(release, file));
    const frameworks = ["fastify@5.12.8", "express@5.3.0", "@types/express@5.0.6", "hono@4.13.19"];
    const examples = join(root, "packages/verifier/examples");
    for (const file of readdirSync(examples)) copyFileSync(join(examples, file), join(path, file));
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...files, ...frameworks], {
      cwd: path,
    });
    writeFileSync(
      join(path, "use.ts"),
      `import { createHash, randomBytes } from "node:crypto";
       import { aforo, builtInProviders, findFormat, generateKey, validateKey } from "@keywarden/key-format";
       import { makeInventoryClient } from "@keywarden/management";
       import { scanText } from "@keywarden/scan";
       import { createVerifier } from "@keywarden/verifier";
       import { verifierPlugin } from "@keywarden/verifier/fastify";
       import { makeExpressApi } from "./express-api.js";
       import { makeFastifyApi } from "./fastify-api.js";
       import { makeFetchApi } from "./fetch-api.js";
       import { makeHonoApi } from "./hono-api.js";
       const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
       const format = findFormat(aforo, { kind: "secret", environment: "production" });
       if (format === undefined) throw new Error("Aforo issues live keys");
       const key = generateKey(format, randomBytes);
       console.log(validateKey(key.reveal(), { providers: builtInProviders, sha256 }).status);
       console.log(scanText(\`KEY=\${key.reveal()}\`, { sha256 }).length);
       console.log(typeof makeInventoryClient, typeof createVerifier, typeof verifierPlugin);
       const found = { key: { id: "key_1", provider: "aforo", kind: "secret", permissions: null }, restrictions: {} } as const;
       const verifier = createVerifier({
         providers: builtInProviders,
         now: Date.now,
         find: (digest) => (digest === sha256(key.reveal()) ? { ...found, state: "active" } : null),
       });
       const api = makeFetchApi(verifier);
       const headers = { authorization: \`Bearer \${key.reveal()}\` };
       const allowed = await api(new Request("http://localhost/v1/invoices", { headers }));
       const refused = await api(new Request("http://localhost/v1/invoices"));
       console.log(allowed.status, refused.status);
       console.log(typeof makeExpressApi(verifier), typeof makeFastifyApi, typeof makeHonoApi(verifier));
      `,
    );
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    // Declarations are checked too: nothing is skipped, and no setting of ours is inherited.
    run(compiler, ["--module", "nodenext", "--target", "es2023", "--strict", "use.ts"], path);
    expect(run("use.js", [], path)).toBe(
      "valid\n1\nfunction function function\n200 401\nfunction function object\n",
    );
    for (const program of ["keywarden", "keywarden-server", "keywarden-github-app", "keywarden-tui"]) {
      expect(run(join(path, "node_modules", program, "dist", "main.js"), ["--version"], path)).toContain(
        "0.1.0",
      );
    }
  });
});
