import { join } from "node:path";
import { expectRepository, isSameRepository, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

describe("the repository that is expected", () => {
  it("is the one that git confirms, at the top level, with an index of its own or not", async () => {
    using repo = await makeRepository();
    for (const more of [{}, { GIT_INDEX_FILE: ".git/other" }, { GIT_INDEX_FILE: "" }]) {
      const env = { ...repo.env, ...more };
      const expected = expectRepository(repo.path, env);
      const confirmed = await openRepository(repo.path, env);
      expect(expected).toMatchObject({ ...confirmed, env: expect.anything() });
      expect(expected !== null && isSameRepository(expected, confirmed)).toBe(true);
    }
  });

  it("is none below the top level, in a linked work tree, or where the environment names another place", async () => {
    using repo = await makeRepository();
    repo.write("folder/file", "");
    await repo.commit("first");
    await repo.git("worktree", "add", "--quiet", join(repo.path, "linked"));
    expect(expectRepository(join(repo.path, "folder"), repo.env)).toBeNull();
    expect(expectRepository(join(repo.path, "linked"), repo.env)).toBeNull();
    for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"]) {
      expect(expectRepository(repo.path, { ...repo.env, [name]: repo.path })).toBeNull();
    }
  });

  it("is not taken for one whose work tree lies elsewhere, or whose ids are of another kind", async () => {
    using repo = await makeRepository();
    using other = await makeRepository();
    await repo.git("config", "core.worktree", other.path);
    using long = await makeRepository({ objectFormat: "sha256" });
    for (const { path, env } of [repo, long]) {
      const expected = expectRepository(path, env);
      const confirmed = await openRepository(path, env);
      expect(expected !== null && isSameRepository(expected, confirmed)).toBe(false);
    }
  });
});
