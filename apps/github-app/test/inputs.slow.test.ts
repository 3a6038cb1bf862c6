import { describe, expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";
import type { Rig, RigOptions } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

/** A repository that the App knows, with one commit. */
async function startKnown(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:main");
  await rig.settle();
  rig.passAtGitHub(10_000);
  return rig;
}

const statesOf = (rig: Rig) =>
  rig.inspect(async (storage) => (await storage.repositories.list()).map(({ state }) => state));

describe("a pull request", () => {
  test("from a fork has its key revoked and its head checked, though no push tells of it", async () => {
    await using rig = await startKnown();
    const fork = await rig.emulator.forkRepository(rig.remote.fullName, "stranger");
    const keys = [rig.provider.issue(live), rig.provider.issue(live)] as const;
    const propose = async (key: (typeof keys)[number]): Promise<string> => {
      const sha = await rig.commit({ "a.env": key.reveal() });
      await rig.work.git("push", "--quiet", fork.pushUrlFor("mallory"), "HEAD:refs/heads/fix");
      return sha;
    };
    const first = await propose(keys[0]);
    await rig.emulator.settled();
    await rig.emulator.openPullRequest(rig.remote.fullName, { from: fork.fullName, branch: "fix" });
    await rig.settle();
    expect(rig.provider.stateOf(keys[0])).toBe("revoked");
    expect(rig.checkRun(first)).toMatchObject({ conclusion: "failure" });
    const second = await propose(keys[1]);
    await rig.settle();
    expect(rig.provider.stateOf(keys[1])).toBe("revoked");
    expect(rig.checkRun(second)).toMatchObject({ conclusion: "failure" });
    rig.emulator.assertNoViolations();
  });

  test("of the repository itself brings nothing that the pushes have not brought", async () => {
    await using rig = await startKnown();
    const { fullName } = rig.remote;
    const key = rig.provider.issue(live);
    await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:fix");
    await rig.settle();
    await rig.emulator.openPullRequest(fullName, { from: fullName, branch: "fix" });
    await rig.settle();
    expect(rig.provider.revokes()).toHaveLength(1);
    rig.emulator.assertNoViolations();
  });
});

describe("an installation", () => {
  test("that goes on after a suspension has scanned what was pushed meanwhile", async () => {
    await using rig = await startKnown();
    await rig.emulator.changeInstallation(rig.emulator.installationId, "suspend");
    await rig.settle();
    const key = rig.provider.issue(live);
    await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("active");
    await rig.emulator.changeInstallation(rig.emulator.installationId, "unsuspend");
    await rig.settle();
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    rig.emulator.assertNoViolations();
  });

  test("whose suspension and end come in the other order is as GitHub has it now", async () => {
    await using rig = await startKnown();
    rig.emulator.disturbDeliveries({ how: "hold", event: "installation", times: 2 });
    await rig.emulator.changeInstallation(rig.emulator.installationId, "suspend");
    await rig.emulator.changeInstallation(rig.emulator.installationId, "unsuspend");
    await rig.emulator.settled();
    await rig.emulator.releaseHeld("reversed");
    await rig.settle();
    expect(await statesOf(rig)).toStrictEqual(["active"]);
  });

  test("that is deleted leaves its repositories alone, and does nothing that was still to be done there", async () => {
    await using rig = await startKnown();
    rig.emulator.disturbDeliveries({ how: "hold", event: "push" });
    const key = rig.provider.issue(live);
    await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.emulator.settled();
    await rig.emulator.changeInstallation(rig.emulator.installationId, "delete");
    await rig.settle();
    expect(await statesOf(rig)).toStrictEqual(["uninstalled"]);
  });

  test("that is given a repository takes what is there for history, and leaves one that is taken away", async () => {
    await using rig = await startKnown();
    const { emulator, work } = rig;
    const other = await emulator.createRepository({ owner: "acme", name: "tools", installed: false });
    const [old, fresh] = [rig.provider.issue(live), rig.provider.issue(live)];
    const push = () => work.git("push", "--quiet", other.pushUrlFor("dev"), "HEAD:refs/heads/main");
    await rig.commit({ "old.env": old.reveal() });
    await push();
    await emulator.settled();
    await emulator.changeRepository(other.fullName, { installed: true });
    await rig.settle();
    rig.passAtGitHub(10_000);
    await rig.commit({ "fresh.env": fresh.reveal() });
    await push();
    await rig.settle();
    expect([rig.provider.stateOf(old), rig.provider.stateOf(fresh)]).toStrictEqual(["active", "revoked"]);
    await emulator.changeRepository(other.fullName, { installed: false });
    await rig.settle();
    emulator.assertNoViolations();
    expect(await statesOf(rig)).toStrictEqual(["active", "uninstalled"]);
  });
});

describe("a repository", () => {
  test("that is made under the App has no history, though its making is told after the first look; one that is transferred there has", async () => {
    await using rig = await startKnown();
    const { emulator, work } = rig;
    emulator.disturbDeliveries({ how: "hold", event: "repository" });
    const made = await emulator.createRepository({ owner: "acme", name: "made", announced: true });
    const other = await emulator.createRepository({ owner: "globex", name: "older", installed: false });
    const keys = [rig.provider.issue(live), rig.provider.issue(live)] as const;
    for (const [index, repository] of [made, other].entries()) {
      await rig.commit({ "a.env": keys[index]?.reveal() ?? "" });
      // Of more than three tags at once nobody is told.
      const tags = ["a", "b", "c", "d"].map((name) => `HEAD:refs/tags/${name}`);
      await work.git("push", "--quiet", repository.pushUrlFor("dev"), ...tags);
    }
    await emulator.changeRepository(other.fullName, { owner: "acme" });
    await rig.settle();
    const states = () => keys.map((key) => rig.provider.stateOf(key));
    // Whether the App has read of the first one's making in GitHub's list by now depends on when it asked for it.
    expect(states()[1]).toBe("active");
    await emulator.releaseHeld();
    await rig.settle();
    rig.time.advance(10_000);
    await rig.settle();
    expect(states()).toStrictEqual(["revoked", "active"]);
    emulator.assertNoViolations();
  });

  test("that was renamed is reported under its new name", async () => {
    await using rig = await startKnown();
    const key = rig.provider.issue(live);
    const { fullName } = await rig.emulator.changeRepository(rig.remote.fullName, { name: "store" });
    await rig.settle();
    const sha = await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    const runs = rig.emulator.checkRuns(fullName).filter(({ head_sha: head }) => head === sha);
    expect(runs.at(-1)).toMatchObject({ conclusion: "failure" });
    rig.emulator.assertNoViolations();
  });

  test.each(["as-made", "reversed"] as const)(
    "that was transferred belongs to the new account's installation, its two events %s",
    async (order) => {
      await using rig = await startKnown();
      const { emulator } = rig;
      await emulator.install("globex");
      await rig.settle();
      emulator.disturbDeliveries({ how: "hold", times: 2 });
      const { fullName } = await emulator.changeRepository(rig.remote.fullName, { owner: "globex" });
      await emulator.settled();
      await emulator.releaseHeld(order);
      await rig.settle();
      const key = rig.provider.issue(live);
      const sha = await rig.commit({ "a.env": key.reveal() });
      await rig.push("HEAD:main");
      await rig.settle();
      expect(rig.provider.stateOf(key)).toBe("revoked");
      const runs = emulator.checkRuns(fullName).filter(({ head_sha: head }) => head === sha);
      expect(runs.at(-1)).toMatchObject({ conclusion: "failure" });
      emulator.assertNoViolations();
      expect(await statesOf(rig)).toStrictEqual(["active"]);
    },
  );

  test.each([
    ["told of it", undefined],
    ["told of it in the other order", "reversed"],
    ["not told of it before the next push", "lose"],
  ] as const)("that became public says nothing more of a live key, %s", async (_, how) => {
    await using rig = await startKnown({ config: { mode: "dry-run" } });
    const { fullName } = rig.remote;
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.checkRun(sha)?.output.title).toContain("would be revoked");
    rig.passAtGitHub(10_000);
    if (how === "lose") {
      await rig.emulator.changeRepository(fullName, { private: false, silently: true });
      await rig.commit({ "b.ts": "export {};\n" });
      await rig.push("HEAD:main");
    } else if (how === "reversed") {
      rig.emulator.disturbDeliveries({ how: "hold", event: "repository", times: 3 });
      await rig.emulator.changeRepository(fullName, { private: false });
      await rig.emulator.changeRepository(fullName, { private: true });
      await rig.emulator.changeRepository(fullName, { private: false });
      await rig.emulator.settled();
      await rig.emulator.releaseHeld("reversed");
    } else await rig.emulator.changeRepository(fullName, { private: false });
    await rig.settle();
    const run = rig.checkRun(sha);
    expect(run).toMatchObject({
      conclusion: "neutral",
      output: { title: "Keywarden looked at this commit" },
    });
    expect(run?.annotations).toStrictEqual([]);
    rig.emulator.assertNoViolations();
  });

  test("that became public is judged by the rules for public ones", async () => {
    const policy = [
      { visibility: ["private"], action: "report" },
      { visibility: ["public"], action: "revoke" },
    ];
    await using rig = await startKnown({ config: { policy } });
    const key = rig.provider.issue(live);
    await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("active");
    rig.passAtGitHub(10_000);
    await rig.emulator.changeRepository(rig.remote.fullName, { private: false });
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("that is archived right after a push has its key revoked; one that is deleted is not asked for again", async () => {
    await using rig = await startKnown();
    const key = rig.provider.issue(live);
    rig.emulator.disturbDeliveries({ how: "hold", event: "push" });
    await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:main");
    await rig.emulator.settled();
    await rig.emulator.changeRepository(rig.remote.fullName, { archived: true });
    await rig.emulator.releaseHeld();
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    await rig.emulator.changeRepository(rig.remote.fullName, { deleted: true });
    await rig.settle();
    expect(await statesOf(rig)).toStrictEqual(["unreachable"]);
  });
});

test("a click on Re-run leaves the account of all that its push has brought", async () => {
  await using rig = await startKnown();
  for (const name of ["a", "b", "c"]) await rig.commit({ [`${name}.ts`]: `${name}\n` });
  const sha = await rig.work.git("rev-parse", "HEAD");
  await rig.push("HEAD:main");
  await rig.settle();
  const told = () => rig.checkRun(sha)?.output;
  const before = told();
  expect(before?.summary).toMatch(/^Scanned 9 new git objects/u);
  await rig.emulator.rerequestCheckRun(rig.checkRun(sha)?.id ?? 0);
  await rig.settle();
  expect(told()).toStrictEqual(before);
  rig.emulator.assertNoViolations();
});

test("a click on Re-run asks the provider again", async () => {
  await using rig = await startKnown({ config: { mode: "dry-run" } });
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ "a.env": key.reveal() });
  await rig.push("HEAD:main");
  await rig.settle();
  rig.provider.setState(key, "revoked");
  await rig.emulator.rerequestCheckRun(rig.checkRun(sha)?.id ?? 0);
  await rig.settle();
  expect(rig.checkRun(sha)?.output.title).toContain("1 inactive");
  rig.emulator.assertNoViolations();
});
