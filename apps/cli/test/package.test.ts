import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live } from "./command.ts";
import { runHere } from "./terminal.ts";

const key = `KEY=${live}\n`;

/** A zip file with one file in it, which is stored unless its method says otherwise. */
function zipOf(name: string, text: string | Buffer, { flags = 0, method = 0 } = {}): Buffer {
  const content = Buffer.from(text);
  const packed = method === 8 ? deflateRawSync(content) : content;
  const about = Buffer.alloc(26);
  about.writeUInt16LE(20, 0);
  about.writeUInt16LE(flags, 2);
  about.writeUInt16LE(method, 4);
  about.writeUInt32LE(crc32(content), 10);
  about.writeUInt32LE(packed.length, 14);
  about.writeUInt32LE(content.length, 18);
  about.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), about, Buffer.from(name), packed]);
  const entry = [Buffer.from("PK\u0001\u0002\u0014\0"), about, Buffer.alloc(14), Buffer.from(name)];
  const directory = Buffer.concat(entry);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

const bomb = zipOf("zeros", Buffer.alloc(4_000_000), { method: 8 });

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
    expect(stdout.match(/data\.zst/g)).toHaveLength(1);
  });

  it("says what it cannot take for a package", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "notes.txt"), "");
    writeFileSync(join(place.path, "empty.whl"), "PK\u0005\u0006".padEnd(22, "\0"));
    for (const [path, words] of [
      ["notes.txt", "is not a package that can be opened"],
      [".", "has no package.json"],
      ["nowhere", "There is no package"],
      ["empty.whl", "with files in it"],
      ["/dev/null", "is neither a file nor a folder"],
    ] as const) {
      const { status, stderr } = await runHere(["scan", "--package", path], { directory: place.path });
      expect(status).toBe(2);
      expect(stderr).toContain(words);
    }
  });

  it.each([
    ["a path out of the folder", zipOf("../../.env", key), [1, "hostile.whl!/../../.env:1:5"]],
    ["an absolute path", zipOf("/root/.env", key), [1, "hostile.whl!//root/.env:1:5"]],
    ["far more than its packed size", bomb, [0, "scanned 1 file, 4.00 MB; nothing skipped"]],
    ["a cut end", zipOf("a.py", key).subarray(0, 80), [2, "the directory of the archive is missing"]],
    ["encryption", zipOf("a.py", key, { flags: 1 }), [2, "it is encrypted"]],
    [
      "an unknown method",
      zipOf("a.py", key, { method: 12 }),
      [2, "it is packed with bzip2, which is not opened"],
    ],
    ["nothing in its gzip", gzipSync(""), [2, "there is nothing in it"]],
    ["an empty tar archive", gzipSync(Buffer.alloc(10_240)), [2, "there is nothing in it"]],
  ] as const)("has an answer for a wheel with %s", async (_, bytes, [status, words]) => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "hostile.whl"), bytes);
    const result = await runHere(["scan", "--package", "hostile.whl"], { directory: place.path });
    expect(result.stdout).toContain(words);
    expect(result.status).toBe(status);
  });
});
