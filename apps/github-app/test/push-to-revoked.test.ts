import { aforo } from "@keywarden/key-format";
import { makeKey, sha256 } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeExposure, renderExposures } from "../src/operate/render-exposures.ts";
import { readExposureView } from "../src/operate/views.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

describe("an armed App", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    rig.emulator.assertNoViolations();
    await rig[Symbol.asyncDispose]();
  });

  test("revokes a live key that was pushed, tells the developer, and keeps no copy of it", async () => {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "src/config.ts": `export const key = "${key.reveal()}";\n` });
    await rig.push();
    await rig.settle();

    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.provider.revokes()).toHaveLength(1);
    const run = rig.checkRun(sha);
    expect(run).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(run?.output.title).toBe("1 key found: 1 revoked");
    expect(run?.output.summary).toContain("has been revoked; it no longer works");
    expect(run?.output.summary).toContain("Scanned 4 new git objects");
    expect(run?.annotations).toMatchObject([
      { path: "src/config.ts", start_line: 1, annotation_level: "failure" },
    ]);
    expect(rig.lines.join("")).toMatch(
      /push received[^]*scanned 4 objects[^]*revoked aforo sk_live_…\w{4} \d+ ms after receipt/u,
    );
    rig.assertNoLeak([key]);

    // What is final is not published again when it had to be final at the latest.
    const route = "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}";
    rig.emulator.failNext({ route, status: 500 });
    rig.time.advance(180_000);
    await rig.settle();
    expect(rig.lines.join("")).not.toContain("report failed");
  });

  test("reports a test key and leaves it working", async () => {
    const key = rig.provider.issue({ kind: "secret", environment: "sandbox" });
    const sha = await rig.commit({ "test.env": `AFORO_API_KEY=${key.reveal()}\n` });
    await rig.push();
    await rig.settle();

    expect(rig.provider.stateOf(key)).toBe("active");
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "neutral",
      output: { title: "1 key found: 1 not for production" },
    });
  });

  test("reports a look-alike as not ours and revokes nothing", async () => {
    rig.provider.issue(live);
    const stranger = makeKey(aforo, live, 99);
    const sha = await rig.commit({ ".env": `AFORO_API_KEY=${stranger.reveal()}\n` });
    await rig.push();
    await rig.settle();

    expect(rig.provider.calls.every((call) => call === "lookup")).toBe(true);
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "neutral",
      output: { title: "1 key found: 1 not ours" },
    });
    // Its provider was asked and said that it is none of its own.
    const shown = await rig.inspect(async (storage) => {
      const [decision] = await storage.decisions.list({});
      const exposure = await storage.exposures.getById(decision?.exposureId ?? 0);
      if (decision === undefined || exposure === null) throw new Error("the key was found");
      return readExposureView(storage, exposure, decision);
    });
    expect(shown).toMatchObject({ provider: null, looksLike: "aforo", reason: "not-ours" });
    expect(describeExposure(shown)).toContain("provider     unknown; written like a key of aforo\n");
    expect(renderExposures([shown])).toContain(" aforo? ");
  });

  test("keeps saying what was not read of a commit when a tag on it brings more", async () => {
    const oid = `oid sha256:${sha256("kept elsewhere")}`;
    const pointer = ["version https://git-lfs.github.com/spec/v1", oid, "size 9", ""].join("\n");
    const sha = await rig.commit({ "data/model.bin": pointer });
    await rig.push();
    await rig.settle();
    await rig.work.git("tag", "--annotate", "--message", "the first one", "v1");
    await rig.push("v1");
    await rig.settle();

    const run = rig.checkRun(sha);
    expect(run).toMatchObject({
      conclusion: "neutral",
      output: { title: "No new keys found in what was read" },
    });
    expect(run?.output.summary).toContain("Scanned 5 new git objects");
    expect(run?.output.summary).toContain("1 files are kept in Git LFS and were not scanned.");
  });
});
