import { listRefs, openRepository, parsePush, rangeOfPush } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const zero = "0".repeat(40);
const one = "1".repeat(40);
const two = "2".repeat(40);

describe("parsePush", () => {
  it("reads updates, creations and deletions", () => {
    const text = `refs/heads/a ${one} refs/heads/b ${two}\nHEAD~1 ${one} refs/heads/new ${zero}\n(delete) ${zero} refs/heads/old ${two}\n`;
    expect(parsePush(text)).toEqual([
      { localRef: "refs/heads/a", localId: one, remoteRef: "refs/heads/b", remoteId: two },
      { localRef: "HEAD~1", localId: one, remoteRef: "refs/heads/new", remoteId: null },
      { localRef: "(delete)", localId: null, remoteRef: "refs/heads/old", remoteId: two },
    ]);
  });

  it("reads a local name with spaces, long ids, and nothing at all", () => {
    const long = "a".repeat(64);
    expect(parsePush(`:/fix two things ${long} refs/heads/x ${"0".repeat(64)}\n`)).toEqual([
      { localRef: ":/fix two things", localId: long, remoteRef: "refs/heads/x", remoteId: null },
    ]);
    expect(parsePush("")).toEqual([]);
  });

  it.each(["refs/heads/a", `refs/heads/a ${one} refs/heads/b`, `a ${one}0 b ${two}`, `a HEAD b ${two}`])(
    "refuses %j",
    (line) => {
      expect(() => parsePush(`${line}\n`)).toThrow(expect.objectContaining({ code: "GIT_BAD_OUTPUT" }));
    },
  );
});

describe("rangeOfPush", () => {
  it("leaves out what this remote has, not what another has whose name starts the same", async () => {
    using repo = await makeRepository();
    const [a, b, c] = [await repo.commit("a"), await repo.commit("b"), await repo.commit("c")];
    for (const name of ["fork", "fork/ci", "other"])
      await repo.git("remote", "add", name, `/nowhere/${name}`);
    await repo.git("update-ref", "refs/remotes/fork/main", a);
    await repo.git("update-ref", "refs/remotes/fork/ci/main", b);
    await repo.git("update-ref", "refs/remotes/other/main", b);
    const repository = await openRepository(repo.path, repo.env);
    const push = parsePush(`refs/heads/main ${c} refs/heads/main ${zero}\n`);
    expect(await rangeOfPush(repository, push, "fork")).toEqual({ include: [c], exclude: [a] });
    expect(await rangeOfPush(repository, push, "fork/ci")).toEqual({ include: [c], exclude: [b] });
    for (const url of ["https://example.com/a.git", "../a", "/a b", "", "."]) {
      expect(await rangeOfPush(repository, push, url)).toEqual({ include: [c], exclude: [] });
    }
    expect(await listRefs(repository, "refs/remotes/other/")).toEqual([
      { name: Buffer.from("refs/remotes/other/main"), id: b },
    ]);
  });

  it("holds nothing when refs are only deleted", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    const push = parsePush(`(delete) ${zero} refs/heads/old ${two}\n`);
    expect(await rangeOfPush(repository, push, "origin")).toEqual({ include: [], exclude: [] });
  });
});
