import type { RepositoryChange } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { callRest, startFixture, withToken } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

/** What was told so far, each event with its action; every payload keeps to GitHub's description. */
async function told({ emulator, receiver }: GitHubFixture): Promise<readonly unknown[]> {
  await emulator.settled();
  emulator.assertNoViolations();
  return receiver.received.map(({ headers, json }) =>
    typeof json["action"] === "string"
      ? `${String(headers["x-github-event"])} ${json["action"]}`
      : headers["x-github-event"],
  );
}

async function pushBase({ work, emulator }: GitHubFixture, branch = "main"): Promise<string> {
  work.write(`${branch}.txt`, `${branch}\n`);
  const id = await work.commit("base");
  await work.git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
  await emulator.settled();
  return id;
}

describe("a repository", () => {
  test("that is renamed and transferred is found by id, by name and by its former names", async () => {
    await using fixture = await startFixture();
    const { emulator, repository, receiver, work } = fixture;
    const sha = await pushBase(fixture);
    await emulator.install("globex");
    await emulator.settled();
    await emulator.changeRepository("acme/shop", { name: "store" });
    await emulator.settled();
    const moved = await emulator.changeRepository("acme/store", { owner: "globex" });
    expect(moved).toMatchObject({ id: repository.id, fullName: "globex/store" });
    expect((await told(fixture)).slice(1)).toStrictEqual([
      "installation created",
      "repository renamed",
      "installation_repositories removed",
      "repository transferred",
    ]);
    expect(receiver.received.at(-1)?.json).toMatchObject({
      changes: { owner: { from: { organization: { login: "acme" } } } },
      installation: { id: moved.installationId },
    });

    const token = await tokenOf(fixture, moved.installationId ?? 0);
    const answer = await callRest(emulator, "GET", `/repositories/${repository.id}`, token);
    expect(answer.body).toMatchObject({ full_name: "globex/store" });
    expect((await callRest(emulator, "GET", "/repos/acme/shop", token)).body).toMatchObject({
      full_name: "globex/store",
    });
    // A redirected POST keeps its body, by status 307.
    const run = { name: "keywarden", head_sha: sha, status: "in_progress" };
    const made = await callRest(emulator, "POST", "/repos/acme/store/check-runs", token, run);
    expect(made.status).toBe(201);
    await emulator.changeRepository("globex/store", { name: "market" });
    expect(emulator.checkRuns("globex/market")).toHaveLength(1);
    expect(await work.git("ls-remote", withToken(repository, token), "refs/heads/main")).toContain(sha);
    emulator.assertNoViolations();
  });

  test("whose former name is taken again is no longer found by it", async () => {
    await using fixture = await startFixture();
    const { emulator, repository } = fixture;
    await emulator.changeRepository("acme/shop", { name: "store", silently: true });
    const other = await emulator.createRepository({ owner: "acme", name: "shop", announced: true });
    const token = await fixture.token();
    const answer = await callRest(emulator, "GET", "/repos/acme/shop", token);
    expect(answer.body).toMatchObject({ id: other.id });
    expect(other.id).not.toBe(repository.id);
    expect(await told(fixture)).toStrictEqual(["repository created", "installation_repositories added"]);
  });

  test("is published, archived, taken away and deleted with an event each", async () => {
    await using fixture = await startFixture();
    const { emulator, work } = fixture;
    await pushBase(fixture);
    const change = async (changes: RepositoryChange): Promise<void> => {
      await emulator.changeRepository("acme/shop", changes);
      await emulator.settled();
    };
    await change({ private: false });
    await change({ archived: true });
    await expect(work.git("push", "--quiet", "origin", "HEAD:refs/heads/x")).rejects.toThrow("403");
    await change({ private: true });
    await change({ archived: false });
    await change({ installed: false });
    await change({ installed: true });
    await change({ deleted: true });
    expect((await told(fixture)).slice(1)).toStrictEqual([
      "repository publicized",
      "public",
      "repository archived",
      "repository privatized",
      "repository unarchived",
      "installation_repositories removed",
      "installation_repositories added",
      "repository deleted",
    ]);
    const { status } = await callRest(emulator, "GET", "/repos/acme/shop", await fixture.token());
    expect(status).toBe(404);
    await expect(emulator.changeRepository("acme/shop", { name: "x" })).rejects.toMatchObject({
      code: "EMULATOR_NOT_FOUND",
    });
  });
});

describe("an installation", () => {
  test("that is suspended hears of no push and may do nothing until it goes on", async () => {
    await using fixture = await startFixture();
    const { emulator, repository, work } = fixture;
    const token = await fixture.token();
    await emulator.changeInstallation(emulator.installationId, "suspend");
    await pushBase(fixture);
    expect(await told(fixture)).toStrictEqual(["installation suspend"]);
    const path = `/app/installations/${emulator.installationId}`;
    const jwt = await fixture.appJwt();
    expect((await callRest(emulator, "POST", `${path}/access_tokens`, jwt)).status).toBe(403);
    expect((await callRest(emulator, "GET", "/repos/acme/shop", token)).status).toBe(403);
    await expect(work.git("ls-remote", withToken(repository, token))).rejects.toThrow("403");
    const shown = await callRest(emulator, "GET", path, jwt);
    expect(shown.body["suspended_at"]).toMatch(/^\d{4}-/u);

    await emulator.changeInstallation(emulator.installationId, "unsuspend");
    await pushBase(fixture, "second");
    expect(await told(fixture)).toStrictEqual(["installation suspend", "installation unsuspend", "push"]);
    expect((await callRest(emulator, "GET", "/repos/acme/shop", token)).status).toBe(200);
  });

  test("that is deleted takes its tokens and repositories along, and a new one has another id", async () => {
    await using fixture = await startFixture();
    const { emulator, receiver } = fixture;
    const token = await fixture.token();
    await emulator.changeInstallation(emulator.installationId, "delete");
    await emulator.settled();
    await pushBase(fixture);
    expect((await callRest(emulator, "GET", "/installation/repositories", token)).status).toBe(401);
    const again = await emulator.install("acme");
    expect(again).not.toBe(emulator.installationId);
    expect(await told(fixture)).toStrictEqual(["installation deleted", "installation created"]);
    expect(receiver.received.at(-1)?.json).toMatchObject({
      installation: { id: again },
      repositories: [{ full_name: "acme/shop" }],
    });
  });
});

describe("a pull request", () => {
  test("from a fork is told to its target, whose refs/pull holds the commits", async () => {
    await using fixture = await startFixture();
    const { emulator, repository, receiver, work } = fixture;
    await pushBase(fixture);
    const fork = await emulator.forkRepository("acme/shop", "stranger");
    const toFork = fork.pushUrlFor("mallory");
    work.write("a.txt", "a\n");
    const first = await work.commit("first");
    await work.git("push", "--quiet", toFork, "HEAD:refs/heads/fix");
    const pull = await emulator.openPullRequest("acme/shop", { from: fork.fullName, branch: "fix" });
    expect(pull).toMatchObject({ number: 1, head: first, state: "open" });
    work.write("a.txt", "b\n");
    const second = await work.commit("second");
    await work.git("push", "--quiet", toFork, "HEAD:refs/heads/fix");
    await emulator.settled();
    await emulator.changePullRequest("acme/shop", 1, "close");
    await emulator.settled();
    await emulator.changePullRequest("acme/shop", 1, "reopen");
    expect((await told(fixture)).slice(1)).toStrictEqual([
      "pull_request opened",
      "pull_request synchronize",
      "pull_request closed",
      "pull_request reopened",
    ]);
    expect(receiver.received[2]?.json).toMatchObject({
      number: 1,
      before: first,
      after: second,
      pull_request: { head: { sha: second, repo: { id: fork.id, fork: true } } },
      repository: { id: repository.id },
    });
    const token = await fixture.token();
    const refs = await work.git("ls-remote", withToken(repository, token), "refs/pull/1/head");
    expect(refs).toBe(`${second}\trefs/pull/1/head`);
    // Only GitHub itself writes there.
    await expect(work.git("push", "--quiet", "origin", "HEAD:refs/pull/9/head")).rejects.toThrow(
      "deny updating a hidden ref",
    );
  });
});

test("a click on Re-run is an event about the check run", async () => {
  await using fixture = await startFixture();
  const { emulator, receiver } = fixture;
  const sha = await pushBase(fixture);
  const run = { name: "keywarden", head_sha: sha, conclusion: "neutral" };
  const token = await fixture.token();
  const made = await callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, run);
  await emulator.rerequestCheckRun(Number(made.body["id"]));
  expect((await told(fixture)).slice(1)).toStrictEqual(["check_run rerequested"]);
  expect(receiver.received.at(-1)?.json).toMatchObject({
    check_run: { head_sha: sha, app: { id: emulator.appId } },
  });
});

async function tokenOf(fixture: GitHubFixture, installationId: number): Promise<string> {
  const path = `/app/installations/${installationId}/access_tokens`;
  return String((await callRest(fixture.emulator, "POST", path, await fixture.appJwt())).body["token"]);
}
