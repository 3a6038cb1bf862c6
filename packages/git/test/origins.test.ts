import { lookUpOrigins, openRepository, readCommits } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
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
