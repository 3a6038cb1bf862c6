import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, azotte } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const line = (key: Secret) => `const key = "${key.reveal()}";\n`;

describe("whatever way a live key is pushed, it is revoked", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.commit({ "README.md": "a shop\n" });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
  });
  afterEach(async () => {
    rig.emulator.assertNoViolations();
    await rig[Symbol.asyncDispose]();
  });

  test("in a commit that the same push already replaced again", async () => {
    const key = rig.provider.issue(live);
    const leaking = await rig.commit({ "a.ts": line(key) });
    const sha = await rig.commit({ "a.ts": "const key = process.env.KEY;\n" });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(leaking)).toMatchObject({ conclusion: "failure", annotations: [{ path: "a.ts" }] });
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "failure",
      output: { title: "Keys found in earlier commits of this push" },
      annotations: [],
    });
  });

  test("packed in a zip file, and what could not be opened is told", async () => {
    const key = rig.provider.issue(live);
    const large = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(33 << 20, "x")]);
    await rig.commit({ "conf/prod.env": line(key) });
    const archive = join(rig.work.outside, "app.zip");
    await rig.work.git("archive", "--format=zip", "-o", archive, "HEAD");
    await rig.work.git("reset", "--quiet", "--hard", "HEAD~1");
    const sha = await rig.commit({ "app.zip": readFileSync(archive), "large.zip": large });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    const summary = rig.checkRun(sha)?.output.summary;
    expect(summary).toContain("`app.zip!/conf/prod.env:1`");
    expect(summary).toContain("1 archives were not opened");
    expect(summary).toMatch(/They may hold keys: `large\.zip: [^`]+`\./u);
    const pointer = "version https://git-lfs.github.com/spec/v1";
    const oid = `oid sha256:${"1f".repeat(32)}`;
    const kept = await rig.commit({ "data/model.bin": [pointer, oid, "size 9", ""].join("\n") });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.checkRun(kept)).toMatchObject({
      conclusion: "neutral",
      output: { title: "No new keys found in what was read" },
    });
    expect(rig.checkRun(kept)?.output.summary).toContain("They may hold keys: `data/model.bin: Git LFS");
  });

  test("beside a submodule that comes in, which the check names as not scanned", async () => {
    const key = rig.provider.issue(live);
    mkdirSync(join(rig.work.path, "lib"));
    await rig.work.git("update-index", "--add", "--cacheinfo", `160000,${"1f".repeat(20)},lib`);
    const modules = '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n';
    const added = await rig.commit({ ".gitmodules": modules });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.checkRun(added)).toMatchObject({
      conclusion: "neutral",
      output: {
        title: "No new keys found in what was read",
        summary: expect.stringContaining("another repository's and were not scanned: `lib`.") as string,
      },
    });
    const leaking = await rig.commit({ "a.ts": line(key) });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(leaking)?.output.summary).not.toContain("submodules");
  });

  test("whatever the pushed files say about it: their config, baseline and comments accept nothing here", async () => {
    const key = rig.provider.issue(live);
    const fingerprint = createHash("sha256").update(key.reveal()).digest("hex");
    const config = {
      exclude: ["**"],
      catalogue: [],
      policy: { secret: { production: "ignore" } },
      allow: [{ path: "**", reason: "not a key", until: "2099-01-01" }],
    };
    const sha = await rig.commit({
      "keywarden.json": JSON.stringify(config),
      ".keywarden/baseline/key": "0".repeat(64),
      [`.keywarden/baseline/${fingerprint}`]: `${fingerprint}\n`,
      ".gitattributes": "* -diff linguist-generated export-ignore\n",
      "a.ts": `const key = "${key.reveal()}"; // keywarden:allow a test key\n`,
    });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)).toMatchObject({ conclusion: "failure", annotations: [{ path: "a.ts" }] });
  });

  test("by a force-push, and in the commits that a force-push threw away before they were seen", async () => {
    const lost = rig.provider.issue(live);
    const forced = rig.provider.issue(live);
    await rig.stopApp();
    await rig.commit({ "a.ts": line(lost) });
    await rig.push("HEAD:refs/heads/main");
    await rig.emulator.settled();
    await rig.startApp();
    await rig.work.git("reset", "--quiet", "--hard", "HEAD~1");
    await rig.commit({ "b.ts": line(forced) });
    await rig.push("--force", "HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(forced)).toBe("revoked");
    expect(rig.provider.stateOf(lost)).toBe("revoked");
  });

  test("on a branch that was deleted before its push was ever seen", async () => {
    const key = rig.provider.issue(live);
    await rig.commit({ "README.md": "the App knows the repository" });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    rig.passAtGitHub(120_000);
    await rig.stopApp();
    await rig.commit({ "a.ts": line(key) });
    await rig.push("HEAD:refs/heads/oops");
    await rig.emulator.settled();
    await rig.startApp();
    await rig.push("--delete", "oops");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("behind a lightweight tag on a commit of no branch, where the event lists no commits", async () => {
    const key = rig.provider.issue(live);
    await rig.commit({ "a.ts": line(key) });
    await rig.work.git("tag", "v1");
    await rig.push("refs/tags/v1");
    await rig.settle();
    const delivery = rig.emulator.deliveries().at(-1);
    expect(JSON.parse(delivery?.payload ?? "{}")).toMatchObject({ commits: [], ref: "refs/tags/v1" });
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("in the message of an annotated tag, reported on the commit that it names", async () => {
    const key = rig.provider.issue(live);
    await rig.work.git("tag", "--annotate", "v2", "--message", `deploy with ${key.reveal()}`);
    await rig.push("refs/tags/v2");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    const run = rig.checkRun(await rig.work.git("rev-parse", "HEAD"));
    expect(run?.conclusion).toBe("failure");
    expect(run?.output.summary).toContain("the message of tag object");
    expect(run?.annotations).toEqual([]);
  });

  test("in the resolution of a merge, where neither parent has it", async () => {
    const key = rig.provider.issue(live);
    await rig.work.git("checkout", "--quiet", "-b", "side");
    await rig.commit({ "side.ts": "1\n" });
    await rig.work.git("checkout", "--quiet", "-");
    await rig.commit({ "main.ts": "2\n" });
    await rig.work.git("merge", "--quiet", "--no-ff", "--no-commit", "side");
    const sha = await rig.commit({ "merged.ts": line(key) }, "merge side");
    expect((await rig.work.git("rev-list", "--parents", "-n1", sha)).split(" ")).toHaveLength(3);
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("in a commit message", async () => {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "a.ts": "1\n" }, `fix login\n\ntried with ${key.reveal()}`);
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)?.output.summary).toContain(
      `the message or author of commit ${sha.slice(0, 12)}`,
    );
    rig.assertNoLeak([key]);
  });

  test("in the name of a file, whose content was there before", async () => {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ [`dumps/${key.reveal()}.json`]: "a shop\n" });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)?.output.summary).toContain(`the name of dumps/${key.redacted}`);
    rig.assertNoLeak([key]);
  });

  test("in the name of a branch", async () => {
    const key = rig.provider.issue(live);
    await rig.commit({ "a.ts": "1\n" });
    await rig.push(`HEAD:refs/heads/try-${key.reveal()}`);
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    rig.assertNoLeak([key]);
  });

  test("in UTF-16, as some editors on Windows write it", async () => {
    const key = rig.provider.issue(live);
    await rig.commit({ "a.ps1": Buffer.from(`\uFEFF$key = "${key.reveal()}"\r\n`, "utf16le") });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("as a restricted key of another provider, found by asking in order of likelihood", async () => {
    const aurora = rig.providers[2];
    const key = aurora?.issue({ kind: "restricted", environment: "production" });
    if (aurora === undefined || key === undefined) throw new Error("the rig has three providers");
    await rig.commit({ "a.ts": line(key) });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(aurora.stateOf(key)).toBe("revoked");
  });

  test("even where the text looks like a key of somebody else", async () => {
    const foreign = rig.providers[1]?.issue(live);
    if (foreign === undefined) throw new Error("the rig has three providers");
    await rig.commit({ "a.ts": `const AFORO_API_KEY = "${foreign.reveal()}"; // ingest.aforo.ai\n` });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.providers[1]?.stateOf(foreign)).toBe("revoked");
  });

  test("a second tag or branch on the same commit asks nobody again", async () => {
    const key = rig.provider.issue(live);
    await rig.commit({ "a.ts": line(key) });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    const calls = rig.provider.calls.length;
    await rig.push("HEAD:refs/heads/again");
    await rig.settle();
    expect(rig.provider.calls).toHaveLength(calls);
    expect(rig.emulator.checkRuns(rig.remote.fullName)).toHaveLength(2);
  });

  test("and what is no live key is left alone", async () => {
    const publishable = rig.providers[1]?.issue({ kind: "publishable", environment: "production" });
    if (publishable === undefined) throw new Error("the rig has three providers");
    const sha = await rig.commit({
      "a.ts": `${line(publishable)}const placeholder = "sk_live_YOUR_KEY_HERE";\nconst unused = "sk_live_${"x".repeat(40)}";\n`,
    });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.providers[1]?.stateOf(publishable)).toBe("active");
    expect(rig.providers.flatMap(({ calls }) => calls)).toEqual([]);
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "success",
      output: { title: "No new keys found" },
    });
  });

  test("a text that hardly looks like a key is looked up and, being nobody's, not mentioned", async () => {
    const sha = await rig.commit({ "a.ts": `const short = "${["sk", "live", "k9Qm2Zx"].join("_")}";\n` });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "success",
      output: { title: "No new keys found" },
    });
  });

  test("a key that had ended before is told as that", async () => {
    const ended = rig.provider.issue(live, "revoked");
    const replaced = rig.provider.issue(live, "grace");
    const sha = await rig.commit({ "a.ts": line(ended) + line(replaced) });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    expect(rig.provider.calls).toEqual(["lookup", "lookup"]);
    expect(rig.checkRun(sha)?.output.title).toBe("2 keys found: 1 live, still working, 1 inactive");
  });
});

test("a repository with SHA-256 object ids is scanned the same way", async () => {
  await using rig = await startRig({ objectFormat: "sha256" });
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ [`${key.reveal()}.ts`]: "1\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(sha).toHaveLength(64);
  expect(rig.provider.stateOf(key)).toBe("revoked");
});

test("keys in the history before the first push are reported, the push's own one is revoked", async () => {
  await using rig = await startRig({ withoutApp: true });
  const old = rig.provider.issue(live);
  const own = rig.provider.issue(live);
  await rig.commit({ "old.ts": line(old) });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  await rig.startApp();
  const sha = await rig.commit({ "own.ts": line(own) });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(old)).toBe("active");
  expect(rig.provider.stateOf(own)).toBe("revoked");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  rig.emulator.assertNoViolations();
  await rig.inspect(async ({ exposures, decisions }) => {
    const found = await exposures.list();
    const before = await rig.work.git("rev-parse", "HEAD~1");
    expect(found.map(({ occurrences }) => occurrences.map(({ commit, path }) => [commit, path]))).toEqual(
      expect.arrayContaining([[[before, "old.ts"]], [[sha, "own.ts"]]]),
    );
    expect((await decisions.list()).map(({ reason }) => reason).toSorted()).toEqual([
      "in-history",
      "revoked",
    ]);
  });
});

test("with no provider of such keys configured, nothing is asked and nothing is claimed", async () => {
  await using rig = await startRig({ providers: [azotte] });
  const key = makeKey(aforo, { kind: "secret", environment: "sandbox" });
  const sha = await rig.commit({ "a.env": `AFORO_API_KEY=${key.reveal()}\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 of a provider that cannot be asked");
});
