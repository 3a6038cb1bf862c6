import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { startFixture, withToken } from "./github-fixture.ts";

const zeros = "0".repeat(40);

describe("a push", () => {
  test("that makes the first branch is created, unforced, with all of its commits", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    work.write("a.txt", "one\n");
    const first = await work.commit("first");
    work.write("a.txt", "two\n");
    work.write("dir/b.txt", "new\n");
    const second = await work.commit("second\n\nwith a body");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.json).toMatchObject({
      ref: "refs/heads/main",
      before: zeros,
      after: second,
      created: true,
      deleted: false,
      forced: false,
      base_ref: null,
      commits: [
        { id: first, distinct: true, message: "first", added: ["a.txt"], modified: [], removed: [] },
        { id: second, message: "second\n\nwith a body", added: ["dir/b.txt"], modified: ["a.txt"] },
      ],
      head_commit: { id: second, tree_id: await work.git("rev-parse", "HEAD^{tree}") },
      repository: { full_name: "acme/shop", private: true, owner: { login: "acme" } },
      pusher: { name: "dana" },
      sender: { login: "dana", type: "User" },
      installation: { id: emulator.installationId },
    });
    emulator.assertNoViolations();
  });

  test("that moves a branch names only what came in between", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    const before = await work.commit("first");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    const after = await work.commit("second");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    const push = receiver.received.find(({ json }) => json["created"] === false);
    expect(push?.json).toMatchObject({ before, after, forced: false, commits: [{ id: after }] });
  });

  test("that throws history away is forced, and what was thrown away can still be fetched by its id", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator, repository } = fixture;
    const base = await work.commit("base");
    work.write("leak.txt", "leaked\n");
    const gone = await work.commit("leak");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await work.git("reset", "--quiet", "--hard", base);
    await work.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    const forced = receiver.received.find(({ json }) => json["created"] === false);
    expect(forced?.json).toMatchObject({
      before: gone,
      after: base,
      forced: true,
      commits: [],
      head_commit: { id: base },
    });

    using elsewhere = makeTemporaryDirectory();
    const token = await fixture.token({ permissions: { contents: "read" } });
    const inMirror = { directory: elsewhere.path };
    await work.run(["init", "--quiet", "--bare", "."], inMirror);
    const fetched = await work.run(["fetch", "--quiet", withToken(repository, token), gone], inMirror);
    expect(fetched.stderr).toBe("");
    const leaked = await work.run(["cat-file", "blob", `${gone}:leak.txt`], inMirror);
    expect(leaked.stdout.toString()).toBe("leaked\n");
  });

  test("that makes a branch at a known commit names the branch it came from and no commits", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    const head = await work.commit("base");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/topic/one");
    await emulator.settled();
    const topic = receiver.received.find(({ json }) => json["ref"] === "refs/heads/topic/one");
    expect(topic?.json).toMatchObject({
      created: true,
      after: head,
      base_ref: "refs/heads/main",
      commits: [],
      head_commit: { id: head, distinct: false },
    });
  });

  test("that deletes a branch has no head commit", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    const head = await work.commit("base");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/topic");
    await work.git("push", "--quiet", "origin", ":refs/heads/topic");
    await emulator.settled();
    const deletion = receiver.received.find(({ json }) => json["deleted"] === true);
    expect(deletion?.json).toMatchObject({
      ref: "refs/heads/topic",
      before: head,
      after: zeros,
      commits: [],
      head_commit: null,
    });
    emulator.assertNoViolations();
  });

  test("of an annotated tag names the tag object, and its commit as the head", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    const head = await work.commit("base");
    await work.git("tag", "--annotate", "v1", "-m", "one");
    await work.git("push", "--quiet", "origin", "refs/tags/v1");
    await emulator.settled();
    expect(receiver.received[0]?.json).toMatchObject({
      ref: "refs/tags/v1",
      after: await work.git("rev-parse", "v1"),
      commits: [],
      head_commit: { id: head },
    });
  });

  test("of four tags makes no event for any of them, but one for the branch beside them", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    await work.commit("base");
    for (const tag of ["a", "b", "c", "d"]) await work.git("tag", tag);
    await work.git("push", "--quiet", "--tags", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    expect(receiver.received.map(({ json }) => json["ref"])).toStrictEqual(["refs/heads/main"]);
  });

  test("of three tags makes three events", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    await work.commit("base");
    for (const tag of ["a", "b", "c"]) await work.git("tag", tag);
    await work.git("push", "--quiet", "--tags", "origin");
    await emulator.settled();
    expect(new Set(receiver.received.map(({ json }) => json["ref"]))).toStrictEqual(
      new Set(["refs/tags/a", "refs/tags/b", "refs/tags/c"]),
    );
    expect(receiver.received).toHaveLength(3);
  });

  test("of a large pack arrives whole, in chunks", async () => {
    await using fixture = await startFixture();
    const { work, emulator, repository } = fixture;
    const content = randomBytes(3_000_000);
    work.write("large.bin", content);
    const head = await work.commit("large");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    const stored = await work.run(["cat-file", "blob", `${head}:large.bin`], {
      directory: repository.directory,
    });
    expect(stored.stdout.equals(content)).toBe(true);
    await emulator.settled();
  });

  test("of more commits than a payload may hold keeps the newest 2048, and its head", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    const count = 2050;
    const stream = Array.from(
      { length: count },
      (_, index) =>
        `commit refs/heads/long\ncommitter A <a@example.com> ${index + 1_000_000} +0130\ndata 1\nx\n`,
    ).join("");
    await work.run(["fast-import", "--quiet"], { input: stream });
    await work.git("push", "--quiet", "origin", "refs/heads/long");
    await emulator.settled();
    const head = await work.git("rev-parse", "long");
    const commits = receiver.received[0]?.json["commits"] as readonly { readonly id: string }[];
    expect(commits).toHaveLength(2048);
    expect(commits.at(-1)).toMatchObject({ id: head, timestamp: expect.stringMatching(/\+01:30$/u) });
    expect(commits[0]?.id).toBe(await work.git("rev-parse", "long~2047"));
    emulator.assertNoViolations();
  });

  test("whose authors have no proper address and whose paths are odd still makes a true event", async () => {
    await using fixture = await startFixture();
    const { work, receiver, emulator } = fixture;
    work.write("with space/ü\t.txt", "x\n");
    await work.git("add", "--all");
    const env = { GIT_AUTHOR_EMAIL: "root@localhost" };
    await work.run(["commit", "--quiet", "-m", "odd"], { env });
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    expect(receiver.received[0]?.json).toMatchObject({
      commits: [{ author: { email: "root@localhost" }, added: ["with space/ü\t.txt"] }],
    });
    emulator.assertNoViolations();
  });

  test("to a SHA-256 repository has ids and zeros of 64 digits", async () => {
    await using fixture = await startFixture({ objectFormat: "sha256" });
    const { work, receiver, emulator } = fixture;
    const head = await work.commit("base");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await emulator.settled();
    expect(receiver.received[0]?.json).toMatchObject({ before: "0".repeat(64), after: head });
    emulator.assertNoViolations();
  });
});

describe("a clone", () => {
  test("may leave the blobs out and get them later", async () => {
    await using fixture = await startFixture();
    const { work, repository } = fixture;
    work.write("a.txt", "here\n");
    await work.commit("base");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    using elsewhere = makeTemporaryDirectory();
    const inside = { directory: elsewhere.path };
    const url = withToken(repository, await fixture.token());
    const clone = ["clone", "--quiet", "--bare", "--filter=blob:none", url, "mirror"];
    expect((await work.run(clone, inside)).exitCode).toBe(0);
    const missing = ["-C", "mirror", "rev-list", "--objects", "--missing=print", "HEAD"];
    expect((await work.run(missing, inside)).stdout.toString()).toMatch(/^\?[0-9a-f]{40}$/mu);
    const blob = await work.run(["-C", "mirror", "cat-file", "blob", "HEAD:a.txt"], inside);
    expect(blob.stdout.toString()).toBe("here\n");
  });

  test.for([
    ["without credentials", undefined, 401],
    ["with a token nobody issued", "ghs_1_unknown", 401],
  ] as const)("%s is asked to log in", async ([, password, status]) => {
    await using fixture = await startFixture();
    expect(await statusOfRefs(fixture.repository.cloneUrl, password)).toBe(status);
  });

  test("of what does not exist is 404 for those who are logged in, 401 for the others", async () => {
    await using fixture = await startFixture();
    const url = `${fixture.emulator.gitUrl}/acme/nothing.git`;
    expect(await statusOfRefs(url, await fixture.token())).toBe(404);
    expect(await statusOfRefs(url)).toBe(401);
  });

  test("of a public repository needs no credentials", async () => {
    await using fixture = await startFixture();
    const open = await fixture.emulator.createRepository({ owner: "acme", name: "open", private: false });
    expect(await statusOfRefs(open.cloneUrl)).toBe(200);
  });

  test("needs a token that may read contents, for this repository", async () => {
    await using fixture = await startFixture();
    const other = await fixture.emulator.createRepository({ owner: "acme", name: "other" });
    const narrow = await fixture.token({ repository_ids: [other.id], permissions: { contents: "read" } });
    expect(await statusOfRefs(fixture.repository.cloneUrl, narrow)).toBe(404);
    expect(await statusOfRefs(other.cloneUrl, narrow)).toBe(200);
    const reporter = await fixture.token({ permissions: { checks: "write" } });
    expect(await statusOfRefs(fixture.repository.cloneUrl, reporter)).toBe(403);
  });

  test("may ask in a compressed body, over protocol version 2", async () => {
    await using fixture = await startFixture();
    const { work, emulator } = fixture;
    const head = await work.commit("base");
    await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    const open = await emulator.createRepository({ owner: "acme", name: "open", private: false });
    await work.git("push", "--quiet", open.pushUrlFor("dana"), "HEAD:refs/heads/main");
    const answer = await fetch(`${open.cloneUrl}/git-upload-pack`, {
      method: "POST",
      headers: {
        "content-type": "application/x-git-upload-pack-request",
        "content-encoding": "gzip",
        "git-protocol": "version=2",
      },
      body: gzipSync("0014command=ls-refs\n0000"),
    });
    expect(await answer.text()).toContain(`${head} refs/heads/main`);
  });

  test("fails as it was told to, once", async () => {
    await using fixture = await startFixture();
    const token = await fixture.token();
    fixture.emulator.failNext({ route: "git-upload-pack", status: 503 });
    expect(await statusOfRefs(fixture.repository.cloneUrl, token)).toBe(503);
    expect(await statusOfRefs(fixture.repository.cloneUrl, token)).toBe(200);
  });
});

test("an installation token cannot push", async () => {
  await using fixture = await startFixture();
  const { work, repository, emulator } = fixture;
  await work.commit("base");
  const pushed = await work.run([
    "push",
    withToken(repository, await fixture.token()),
    "HEAD:refs/heads/main",
  ]);
  expect(pushed.exitCode).not.toBe(0);
  expect(pushed.stderr).toContain("403");
  await emulator.settled();
  expect(emulator.deliveries()).toStrictEqual([]);
});

async function statusOfRefs(cloneUrl: string, password?: string): Promise<number> {
  const credentials = Buffer.from(`x-access-token:${password ?? ""}`).toString("base64");
  const response = await fetch(`${cloneUrl}/info/refs?service=git-upload-pack`, {
    ...(password !== undefined && { headers: { authorization: `Basic ${credentials}` } }),
  });
  await response.arrayBuffer();
  return response.status;
}
