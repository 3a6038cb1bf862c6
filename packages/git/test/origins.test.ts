import { listObjects, lookUpOrigins, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";

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

      const origins = await lookUpOrigins(repository, [blob, later], { include: [second], exclude: [] });

      const author = { authorName: "Ada Author", authorEmail: "ada@example.com" };
      expect(origins.get(blob)).toEqual({
        commit: first,
        path,
        ...author,
        authoredAtMs: Date.UTC(2026, 0, 1),
      });
      expect(origins.get(later)).toMatchObject({ commit: second, path: Buffer.from("later") });
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
    const objects = await collect(listObjects(repository, { include: [merge], exclude: [] }));
    const ids = objects.map(({ id }) => id);

    const origins = await lookUpOrigins(repository, ids, { include: [merge], exclude: [] });

    expect(origins.size).toBe(251);
    expect(origins.get(await repo.git("rev-parse", "HEAD:evil"))?.commit).toBe(merge);
    expect(origins.get(await repo.git("rev-parse", "HEAD:file-7"))?.commit).toBe(base);
  });

  it("leaves out what the range does not bring in", async () => {
    using repo = await makeRepository();
    repo.write("old", "old");
    const first = await repo.commit("first");
    const second = await repo.commit("second");
    const repository = await openRepository(repo.path, repo.env);
    const old = await repo.git("rev-parse", "HEAD:old");

    expect(await lookUpOrigins(repository, [old], { include: [second], exclude: [first] })).toEqual(
      new Map(),
    );
    expect(await lookUpOrigins(repository, [], { include: [second], exclude: [] })).toEqual(new Map());
  });
});
