import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { openRepository, readObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";

async function writeBlob(repo: TestRepository, content: Uint8Array): Promise<string> {
  const { stdout } = await repo.run(["hash-object", "-w", "--stdin"], { input: content });
  return stdout.toString("utf8").trim();
}

const open = (repo: TestRepository): Promise<Repository> => openRepository(repo.path, repo.env);
/** What is read from it was read without git. */
const withoutGit = (repository: Repository): Repository => ({
  ...repository,
  env: { ...repository.env, PATH: "/nowhere" },
});
const fileOf = (repo: TestRepository, id: string): string =>
  join(repo.path, ".git/objects", id.slice(0, 2), id.slice(2));

describe("objects that each lie in a file of their own", () => {
  it("are read as they were written, and packed ones as well", async () => {
    using repo = await makeRepository();
    const lies = fc.constantFrom("loose", "packed", "both");
    const wanted = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 3_000 }), lies }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(wanted, async (all) => {
        const bodies = new Map<string, Buffer>();
        for (const one of all) {
          const id = await writeBlob(repo, one.bytes);
          bodies.set(id, Buffer.from(one.bytes));
          if (one.lies === "loose") continue;
          await repo.run(["pack-objects", "-q", ".git/objects/pack/pack"], { input: `${id}\n` });
          if (one.lies === "packed") await repo.git("prune-packed", "-q");
        }
        const objects = await collect(readObjects(await open(repo), new Set(bodies.keys())));
        expect(objects.map(({ id }) => id)).toEqual([...bodies.keys()]);
        for (const { id, type, bytes } of objects) {
          expect(type).toBe("blob");
          expect(bytes.equals(bodies.get(id) ?? Buffer.alloc(1))).toBe(true);
        }
      }),
      { numRuns: 10 },
    );
  });

  it.each(["sha1", "sha256"] as const)(
    "need no git up to sixteen, of every type (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      repo.write("file", "content");
      const commit = await repo.commit("the message");
      const ids = [
        commit,
        await repo.git("rev-parse", "HEAD^{tree}"),
        await repo.git("rev-parse", "HEAD:file"),
      ];
      while (ids.length < 16) ids.push(await writeBlob(repo, randomBytes(100)));
      const repository = withoutGit(await open(repo));
      const objects = await collect(readObjects(repository, new Set(ids)));
      expect(objects.map(({ id }) => id)).toEqual(ids);
      expect(objects.slice(0, 3).map(({ type }) => type)).toEqual(["commit", "tree", "blob"]);
      const more = new Set([...ids, await writeBlob(repo, randomBytes(100))]);
      await expect(collect(readObjects(repository, more))).rejects.toMatchObject({ code: "GIT_MISSING" });
    },
  );

  it.each([1, 40])(
    "are not read where another object's file lies over theirs, beside %i others",
    async (count) => {
      using repo = await makeRepository();
      const id = await writeBlob(repo, Buffer.from("the one"));
      const ids = [id];
      for (let at = 0; at < count; at += 1) ids.push(await writeBlob(repo, Buffer.from(`other ${at}`)));
      chmodSync(fileOf(repo, id), 0o644);
      writeFileSync(fileOf(repo, id), readFileSync(fileOf(repo, ids[1] ?? "")));
      const repository = await open(repo);
      const unread: string[] = [];
      const onUnread = (one: { readonly id: string }): void => void unread.push(one.id);
      const objects = await collect(readObjects(repository, new Set(ids), { onUnread }));
      expect([unread, objects.length]).toEqual([[id], count]);
      await expect(collect(readObjects(repository, new Set(ids)))).rejects.toMatchObject({
        code: "GIT_OBJECT_MISSING",
      });
    },
  );

  it("are left to git where they are large, or where a variable says that they lie elsewhere", async () => {
    using repo = await makeRepository();
    const large = await writeBlob(repo, Buffer.alloc(1024 * 1024));
    const small = await writeBlob(repo, Buffer.from("small"));
    const repository = withoutGit(await open(repo));
    const elsewhere = { ...repository, env: { ...repository.env, GIT_OBJECT_DIRECTORY: "/elsewhere" } };
    const ofLarge = collect(readObjects(repository, new Set([small, large])));
    await expect(ofLarge).rejects.toMatchObject({ code: "GIT_MISSING" });
    const ofElsewhere = collect(readObjects(elsewhere, new Set([small])));
    await expect(ofElsewhere).rejects.toMatchObject({ code: "GIT_MISSING" });
  });

  const text = Buffer.from("blob 7\0content");
  it.each([
    ["cut off", (file: Buffer) => file.subarray(0, -3)],
    ["followed by something", (file: Buffer) => Buffer.concat([file, Buffer.from("more")])],
    ["shorter than its header says", () => deflateSync(text.subarray(0, -1))],
    ["longer than its header says", () => deflateSync(Buffer.concat([text, text]))],
    ["of an unknown type", () => deflateSync(Buffer.from("glob 7\0content"))],
    ["without a header", () => deflateSync(Buffer.from("content"))],
    ["empty", () => Buffer.alloc(0)],
    ["a bomb", () => deflateSync(Buffer.concat([Buffer.from("blob 9000000\0"), Buffer.alloc(9_000_000)]))],
  ])("are left to git where their file is %s", async (_, damage) => {
    using repo = await makeRepository();
    const id = await writeBlob(repo, Buffer.from("content"));
    const file = fileOf(repo, id);
    chmodSync(file, 0o644);
    writeFileSync(file, damage(readFileSync(file)));
    const reading = collect(readObjects(withoutGit(await open(repo)), new Set([id])));
    await expect(reading).rejects.toMatchObject({ code: "GIT_MISSING" });
  });

  it("are never looked for by what is not an id", async () => {
    using repo = await makeRepository();
    const reading = collect(readObjects(await open(repo), new Set([`../../${"a".repeat(34)}`])));
    await expect(reading).rejects.toMatchObject({ code: "GIT_BAD_INPUT" });
  });
});
