import { lookUpOrigins, makeTreeNotes, openRepository, readCommits } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { findNotedOrigins, readTreeLinks } from "../src/differences/noted-origins.ts";
import { makeTreeLinks } from "../src/differences/tree-links.ts";
import type { TreeLinks } from "../src/differences/tree-links.ts";
import { collect } from "./collect.ts";
import { listIds } from "./list-ids.ts";

describe("lookUpOrigins", () => {
  it.each(["sha1", "sha256"] as const)(
    "names the first commit, path and author of a blob (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      const path = Buffer.concat([Buffer.from("odd\n"), Buffer.from([0xff])]);
      repo.write(path, "the content");
      const first = await repo.commit("first");
      repo.write("copy", "the content");
      repo.write("later", "later");
      const second = await repo.commit("second");
      const repository = await openRepository(repo.path, repo.env);
      const [blob, later] = [
        await repo.git("rev-parse", "HEAD:copy"),
        await repo.git("rev-parse", "HEAD:later"),
      ];

      const wanted = { ids: [blob, later] };
      const origins = await collect(lookUpOrigins(repository, wanted, { include: [second], exclude: [] }));

      expect(origins).toEqual([
        { id: blob, commit: first, path, mode: "100644" },
        { id: blob, commit: second, path: Buffer.from("copy"), mode: "100644" },
        { id: later, commit: second, path: Buffer.from("later"), mode: "100644" },
      ]);
      expect((await readCommits(repository, [second, first])).get(first)).toEqual({
        id: first,
        parents: [],
        authorName: "Ada Author",
        authorEmail: "ada@example.com",
        authoredAtMs: Date.UTC(2026, 0, 1),
        committedAtMs: Date.UTC(2026, 0, 1),
      });
    },
  );

  it("finds what only a merge holds, and asks for many objects at once", async () => {
    using repo = await makeRepository();
    for (let index = 0; index < 250; index += 1) repo.write(`file-${index}`, `content ${index}`);
    const base = await repo.commit("base");
    await repo.git("checkout", "--quiet", "-b", "side");
    await repo.commit("side");
    await repo.git("checkout", "--quiet", "main");
    await repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side");
    repo.write("evil", "only in the merge");
    const merge = await repo.commit("merge");
    const repository = await openRepository(repo.path, repo.env);
    const ids = await listIds(repository, { include: [merge], exclude: [] });

    const origins = await collect(lookUpOrigins(repository, { ids }, { include: [merge], exclude: [] }));

    expect(origins).toHaveLength(251);
    const commitOf = (path: string): string | undefined =>
      origins.find((origin) => origin.path.toString() === path)?.commit;
    expect(commitOf("evil")).toBe(merge);
    expect(commitOf("file-7")).toBe(base);
  });

  it("leaves out what the range does not bring in", async () => {
    using repo = await makeRepository();
    repo.write("old", "old");
    const first = await repo.commit("first");
    const second = await repo.commit("second");
    const repository = await openRepository(repo.path, repo.env);
    const old = await repo.git("rev-parse", "HEAD:old");

    const range = { include: [second], exclude: [first] };
    expect(await collect(lookUpOrigins(repository, { ids: [old] }, range))).toEqual([]);
    expect(await collect(lookUpOrigins(repository, { ids: [] }, { include: [second], exclude: [] }))).toEqual(
      [],
    );
  });

  it("finds every path whose name, or a folder's name on the way, is asked for", async () => {
    using repo = await makeRepository();
    repo.write("secret-name/a", "same");
    repo.write("b/secret-name", "same");
    repo.write("b/secret-name-2", "same");
    const first = await repo.commit("first");
    const repository = await openRepository(repo.path, repo.env);

    const wanted = { ids: [], names: [Buffer.from("secret-name")] };
    const origins = await collect(lookUpOrigins(repository, wanted, { include: [first], exclude: [] }));

    expect(origins.map(({ path }) => path.toString())).toEqual(["b/secret-name", "secret-name/a"]);
  });
});

const everything = { include: [], exclude: [], everything: true };

const findLinks = async (
  repository: Repository,
  ids: readonly string[],
  names: readonly Buffer[],
): Promise<TreeLinks> => {
  const links = await readTreeLinks(repository, ids, names);
  if (links === null) throw new Error("no pack was read");
  return links;
};

describe("origins told of packed trees", () => {
  it.each(["sha1", "sha256"] as const)(
    "are git's own, with links, programs, submodules, old modes and trees in no pack (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      const path = Buffer.concat([Buffer.from("dir/odd\n"), Buffer.from([0xff])]);
      repo.write(path, "the content");
      repo.write("program", "the content");
      await repo.git("add", "-A");
      const blob = await repo.git("rev-parse", ":program");
      const commit = "1".repeat(blob.length);
      await repo.git("update-index", "--chmod=+x", "program");
      await repo.git("update-index", "--add", "--cacheinfo", `120000,${blob},link`);
      await repo.git("update-index", "--add", "--cacheinfo", `160000,${commit},dir/wanted/module`);
      const tree = await repo.git("write-tree");
      const { stdout } = await repo.run(["mktree"], {
        input: `100664 blob ${blob}\told\n040000 tree ${tree}\tsub\n`,
      });
      const old = await repo.git("commit-tree", "-m", "old", stdout.toString().trim());
      await repo.git("update-ref", "refs/heads/old", old);
      await repo.git("repack", "-adq");
      await repo.git("reset", "--quiet", "--hard");
      repo.write("later/deep/file", "the content");
      const later = await repo.commit("later");
      const repository = await openRepository(repo.path, repo.env);
      const order = (await repo.git("rev-list", "--reverse", "--date-order", "--all")).split("\n");
      const names = [Buffer.from("wanted")];

      const links = await findLinks(repository, [blob], names);
      const origins = await findNotedOrigins(repository, links, everything);

      const asked = { ids: [blob], names, commits: order };
      expect(origins).toEqual(await collect(lookUpOrigins(repository, asked, everything)));
      const shown = origins?.map((one) => `${one.mode} ${one.path.toString("latin1")}`);
      expect(shown).toEqual(
        expect.arrayContaining([
          "100644 old",
          "100755 sub/program",
          "120000 sub/link",
          "160000 sub/dir/wanted/module",
          "100644 later/deep/file",
        ]),
      );
      expect(origins?.find((one) => one.path.toString() === "later/deep/file")?.commit).toBe(later);
    },
  );

  it("count only what a range brings in, and every commit where it is asked for some", async () => {
    using repo = await makeRepository();
    repo.write("secret-name/a", "same");
    const first = await repo.commit("first");
    repo.write("secret-name/b", "same");
    const second = await repo.commit("second");
    await repo.git("repack", "-adq");
    const repository = await openRepository(repo.path, repo.env);
    const names = [Buffer.from("secret-name")];
    const pathsOf = async (range: Parameters<typeof lookUpOrigins>[2]): Promise<readonly string[]> =>
      (await collect(lookUpOrigins(repository, { ids: [], names }, range))).map(
        (one) => `${one.commit} ${one.path.toString()}`,
      );

    expect(await pathsOf({ include: [second], exclude: [first] })).toEqual([`${second} secret-name/b`]);
    expect(await pathsOf({ include: [first], exclude: [] })).toEqual([`${first} secret-name/a`]);
    expect(await pathsOf({ include: [second], exclude: [] })).toEqual([
      `${first} secret-name/a`,
      `${second} secret-name/b`,
    ]);
  });

  it("are not told where a blob was asked for behind a tree, or a commit's tree is not here", async () => {
    using repo = await makeRepository();
    repo.write("a", "a");
    await repo.commit("first");
    await repo.git("repack", "-adq");
    const repository = await openRepository(repo.path, repo.env);
    const [tree, blob] = [await repo.git("rev-parse", "HEAD:"), await repo.git("rev-parse", "HEAD:a")];
    const other = "1".repeat(40);
    const notes = makeTreeNotes(repository);
    notes.wantBlob(other);
    notes.addTree(tree, Buffer.alloc(0));
    notes.wantBlob(blob);
    expect(notes.take([other, blob])).toBeNull();

    const links = await findLinks(repository, [blob], []);
    links.require(Buffer.from(other, "hex"));
    expect(await findNotedOrigins(repository, links, everything)).toBeNull();
  });

  const id = (number: number): Buffer => Buffer.alloc(20, number);
  const entry = (head: string, target: Buffer): Buffer => Buffer.concat([Buffer.from(`${head}\0`), target]);

  it.each([
    ["a mode that is no number", entry("10a644 a", id(1))],
    ["a mode that does not end", entry("1006440000 a", id(1))],
    ["a short mode", entry("644 a", id(1))],
    ["no name", entry("100644 ", id(1))],
    ["half an id", entry("100644 a", id(1).subarray(1))],
    ["no end of a name", Buffer.from("100644 abc")],
  ])("are not told of a tree with %s", (_, tree) => {
    const links = makeTreeLinks(20);
    links.wantId(id(1).toString("hex"));
    links.add(id(2), Buffer.concat([entry("100644 b", id(1)), tree]));
    expect(links.settle()).toBe(false);
  });

  it("know which of very many trees are missing", () => {
    const idOf = (number: number): Buffer => {
      const bytes = Buffer.alloc(20);
      bytes.writeUInt32BE(Math.imul(number, 0x9e3779b1) >>> 0);
      return bytes;
    };
    const links = makeTreeLinks(20);
    const count = 50_000;
    for (let number = 0; number < count; number += 1)
      links.add(idOf(number), number === 0 ? Buffer.alloc(0) : entry("40000 a", idOf(count + number)));
    const missing = links.listMissing(Infinity);
    expect([missing.length, new Set(missing).size]).toEqual([count - 1, count - 1]);
    expect(missing).toContain(idOf(2 * count - 1).toString("hex"));
  });

  it.each([
    ["upwards", (depth: number) => depth],
    ["downwards", (depth: number) => 400 - depth],
  ])("are not told of folders that are hundreds deep, listed %s", (_, depthOf) => {
    const idOf = (depth: number): Buffer => Buffer.from(depth.toString(16).padStart(40, "0"), "hex");
    const links = makeTreeLinks(20);
    links.wantId(id(1).toString("hex"));
    for (let number = 0; number <= 400; number += 1) {
      const depth = depthOf(number);
      links.add(idOf(depth), depth === 0 ? entry("100644 a", id(1)) : entry("40000 a", idOf(depth - 1)));
    }
    const isListed = links.settle() && links.list(links.require(idOf(400)), () => {});
    expect(isListed).toBe(false);
  });
});
