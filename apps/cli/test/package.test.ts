import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live } from "./command.ts";
import { runHere } from "./terminal.ts";

describe("keywarden scan --package", () => {
  it("scans exactly the files that npm packs, ignored ones included, and the tarball alike", async () => {
    using place = makeTemporaryDirectory();
    const write = (path: string, text: string): void => {
      mkdirSync(join(place.path, path, ".."), { recursive: true });
      writeFileSync(join(place.path, path), text);
    };
    write("package.json", JSON.stringify({ name: "shop", version: "1.0.0", files: ["dist"] }));
    write(".gitignore", "dist\n.env\n");
    write("dist/index.js", "export {};\n");
    write(".env", `KEY=${live}\n`);
    const scan = (...args: readonly string[]) =>
      runHere(["scan", "--package", "--format", "json", ...args], { directory: place.path });
    const listed = (text: string): unknown =>
      (JSON.parse(text) as { summary: { files: { listed: number } } }).summary.files.listed;
    const clean = await scan();
    expect([clean.status, listed(clean.stdout)]).toEqual([0, 2]);
    write("dist/index.js.map", `{"sourcesContent":["const key = '${live}'"]}\n`);
    const found = await scan();
    expect([found.status, listed(found.stdout)]).toEqual([1, 3]);
    expect(found.stdout).toContain("dist/index.js.map");

    execFileSync("npm", ["pack", "--silent", "--offline"], {
      cwd: place.path,
      env: { ...process.env, HOME: place.path },
    });
    const tarball = readdirSync(place.path).find((name) => name.endsWith(".tgz")) ?? "";
    expect(readFileSync(join(place.path, tarball)).length).toBeGreaterThan(0);
    const packed = await scan(tarball);
    expect(packed.status).toBe(1);
    expect(packed.stdout).toContain("package/dist/index.js.map");
  });

  it("could not tell of a package with a part that is not opened", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "package.json"), JSON.stringify({ name: "shop", version: "1.0.0" }));
    writeFileSync(
      join(place.path, "data.zst"),
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00, 0x01, 0x02]),
    );
    const { status, stdout } = await runHere(["scan", "--package"], { directory: place.path });
    expect(status).toBe(2);
    expect(stdout).toContain("data.zst");
  });

  it("says what it cannot take for a package", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "notes.txt"), "");
    for (const [path, words] of [
      ["notes.txt", "is not a package that can be opened"],
      [".", "has no package.json"],
      ["nowhere", "There is no package"],
    ] as const) {
      const { status, stderr } = await runHere(["scan", "--package", path], { directory: place.path });
      expect(status).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});
