import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lookUpFilesAt, openRepository, readObjectParts, readObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";

async function writeBlob(repo: TestRepository, content: string | Uint8Array): Promise<string> {
  const { stdout } = await repo.run(["hash-object", "-w", "--stdin"], { input: content });
  return stdout.toString("utf8").trim();
}

async function open(repo: TestRepository): Promise<Repository> {
  return openRepository(repo.path, repo.env);
}

describe("readObjects", () => {
  it.each(["sha1", "sha256"] as const)(
    "reads every type, in the order asked for (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      repo.write("file", "content without an end");
      const commit = await repo.commit("the message");
      await repo.git("tag", "-a", "-m", "tag message", "v1");
      const ids = [await repo.git("rev-parse", "v1"), commit, await repo.git("rev-parse", "HEAD^{tree}")];
      ids.push(await repo.git("rev-parse", "HEAD:file"), commit);

      const objects = await collect(readObjects(await open(repo), ids));

      expect(objects.map(({ id }) => id)).toEqual(ids);
      expect(objects.map(({ type }) => type)).toEqual(["tag", "commit", "tree", "blob", "commit"]);
      expect(objects[0]?.bytes.toString()).toMatch(/tag message\n$/u);
      expect(objects[3]?.bytes.toString()).toBe("content without an end");
    },
  );

  it("takes bodies byte for byte, whatever they look like", async () => {
    using repo = await makeRepository();
    const bodies = [
      Buffer.alloc(0),
      Buffer.from("\n"),
      Buffer.from("no newline"),
      Buffer.from(`${"a".repeat(40)} blob 5\nhello\n${"b".repeat(40)} missing\n`),
      Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0a, 0x0d, 0]),
      randomBytes(65_536),
      randomBytes(3_000_001),
    ];
    const ids: string[] = [];
    for (const body of bodies) ids.push(await writeBlob(repo, body));

    const objects = await collect(readObjects(await open(repo), ids));

    expect(objects.map(({ bytes }) => bytes.length)).toEqual(bodies.map((body) => body.length));
    expect(objects.every(({ bytes }, index) => bytes.equals(bodies[index] ?? Buffer.alloc(1)))).toBe(true);
  });

  it("gives nothing for no ids", async () => {
    using repo = await makeRepository();
    expect(await collect(readObjects(await open(repo), []))).toEqual([]);
  });

  it("keeps both pipes moving through 20,000 objects that come while others are read", async () => {
    using repo = await makeRepository();
    const ids = await importBlobs(repo, 20_000);
    async function* slowly(): AsyncGenerator<string> {
      for (const [index, id] of ids.entries()) {
        if (index % 5000 === 0) await new Promise((resolve) => setImmediate(resolve));
        yield id;
      }
    }
    let count = 0;
    for await (const { id, bytes } of readObjects(await open(repo), slowly())) {
      if (
        id !== ids[count] ||
        bytes.toString("latin1", 0, 8) !== `blob ${String(count).padStart(3)}`.slice(0, 8)
      ) {
        throw new Error(`object ${count} is not the one asked for`);
      }
      count += 1;
    }
    expect(count).toBe(20_000);
  });

  it("stops git when the reader stops early, even with ids that never end", async () => {
    using repo = await makeRepository();
    const id = await writeBlob(repo, "again and again");
    let asked = 0;
    let isReturned = false;
    function* endless(): Generator<string> {
      try {
        for (;;) {
          asked += 1;
          yield id;
        }
      } finally {
        isReturned = true;
      }
    }
    let read = 0;
    for await (const object of readObjects(await open(repo), endless())) {
      read += 1;
      expect(object.id).toBe(id);
      if (read === 3) break;
    }
    await expect.poll(() => isReturned).toBe(true);
    expect(asked).toBeLessThan(1_000_000);
  });

  it("throws for a missing object instead of skipping it", async () => {
    using repo = await makeRepository();
    const present = await writeBlob(repo, "here");
    const reading = collect(readObjects(await open(repo), [present, "c".repeat(40), present]));
    await expect(reading).rejects.toMatchObject({
      code: "GIT_OBJECT_MISSING",
      message: expect.stringContaining("c".repeat(40)),
    });
  });

  it.each([
    "HEAD",
    "abc123",
    "",
    "g".repeat(40),
    "0".repeat(40),
    `${"a".repeat(40)}\n${"b".repeat(40)}`,
    "-p",
  ])("refuses %j, which is not a full id", async (id) => {
    using repo = await makeRepository();
    await repo.commit("first");
    await expect(collect(readObjects(await open(repo), [id]))).rejects.toMatchObject({
      code: "GIT_BAD_INPUT",
    });
  });

  it("passes on the failure of where the ids come from", async () => {
    using repo = await makeRepository();
    const id = await writeBlob(repo, "x");
    async function* broken(): AsyncGenerator<string> {
      yield id;
      await Promise.resolve();
      throw new Error("the list broke off");
    }
    await expect(collect(readObjects(await open(repo), broken()))).rejects.toThrow("the list broke off");
  });

  it.each([
    ["whose header is damaged", 0],
    ["that is cut off", 40_000],
  ])("fails on an object %s", async (_what, keptBytes) => {
    using repo = await makeRepository();
    const id = await writeBlob(repo, randomBytes(100_000));
    const path = join(repo.path, ".git", "objects", id.slice(0, 2), id.slice(2));
    const stored = readFileSync(path);
    rmSync(path);
    writeFileSync(path, Buffer.concat([stored.subarray(0, keptBytes), Buffer.from("damaged")]));
    await expect(collect(readObjects(await open(repo), [id]))).rejects.toMatchObject({
      name: "GitError",
      message: expect.stringMatching(/damaged|corrupt|unable to/u),
    });
  });

  it("fails when git is not there", async () => {
    using repo = await makeRepository();
    const repository = await open(repo);
    const broken = { ...repository, env: { ...repo.env, PATH: repo.outside } };
    await expect(collect(readObjects(broken, ["a".repeat(40)]))).rejects.toMatchObject({
      code: "GIT_MISSING",
    });
  });

  it("reads an object as stored, not what a replacement shows", async () => {
    using repo = await makeRepository();
    const [real, replacement] = [await writeBlob(repo, "real"), await writeBlob(repo, "replacement")];
    await repo.git("replace", real, replacement);
    const [object] = await collect(readObjects(await open(repo), [real]));
    expect(object?.bytes.toString()).toBe("real");
  });

  it("does not fetch what a partial clone left out, and says that it is missing", async () => {
    using origin = await makeRepository();
    origin.write("big", "left out by the filter");
    await origin.commit("first");
    await origin.git("config", "uploadpack.allowFilter", "true");
    const blob = await origin.git("rev-parse", "HEAD:big");
    const clone = join(origin.outside, "clone");
    await origin.git(
      "clone",
      "--quiet",
      "--no-checkout",
      "--filter=blob:none",
      `file://${origin.path}`,
      clone,
    );

    const repository = await openRepository(clone, origin.env);
    await expect(collect(readObjects(repository, [blob]))).rejects.toMatchObject({
      code: "GIT_OBJECT_MISSING",
    });
    expect(existsSync(join(clone, ".git", "objects", blob.slice(0, 2), blob.slice(2)))).toBe(false);
  });
});

describe("readObjectParts", () => {
  it("delivers a large object in small parts that add up", async () => {
    using repo = await makeRepository();
    const body = randomBytes(5_000_000);
    const id = await writeBlob(repo, body);
    const parts = await collect(readObjectParts(await open(repo), [id]));

    expect(Math.max(...parts.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1 << 20);
    expect(parts.every(({ sizeBytes }) => sizeBytes === body.length)).toBe(true);
    let next = 0;
    for (const { offsetBytes, bytes } of parts) {
      expect(offsetBytes).toBe(next);
      next += bytes.length;
    }
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(body)).toBe(true);
  });
});

describe("lookUpFilesAt", () => {
  it.each(["sha1", "sha256"] as const)(
    "tells commits with a file from those without (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      repo.write("a.json", "one");
      const first = await repo.commit("first");
      repo.write("a.json", "three");
      const second = await repo.commit("second");
      rmSync(join(repo.path, "a.json"));
      const gone = await repo.commit("gone");
      repo.write("a.json/b", "a folder now");
      const folder = await repo.commit("folder");
      const files = await lookUpFilesAt(await open(repo), [first, second, gone, folder], "a.json");
      const idOf = (commit: string) => repo.git("rev-parse", `${commit}:a.json`);
      expect([...files]).toEqual([
        [first, { id: await idOf(first), sizeBytes: 3 }],
        [second, { id: await idOf(second), sizeBytes: 5 }],
      ]);
      expect(await lookUpFilesAt(await open(repo), [], "a.json")).toEqual(new Map());
    },
  );
});

/** Imports numbered blobs of 200 to 700 bytes, so that both pipes fill many times over. */
async function importBlobs(repo: TestRepository, count: number): Promise<readonly string[]> {
  const stream: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const content = `blob ${String(index).padStart(3)} ${"x".repeat(200 + (index % 500))}`;
    stream.push(`blob\nmark :${index + 1}\ndata ${content.length}\n${content}\n`);
  }
  const marks = join(repo.outside, "marks");
  const { exitCode, stderr } = await repo.run(["fast-import", "--quiet", `--export-marks=${marks}`], {
    input: stream.join(""),
  });
  if (exitCode !== 0) throw new Error(stderr);
  const ids = new Map(
    readFileSync(marks, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(1, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
  return Array.from({ length: count }, (_, index) => ids.get(String(index + 1)) ?? "");
}
