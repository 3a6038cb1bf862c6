import type { Checkpoint, CheckpointStore } from "@keywarden/storage";
import { expect, test } from "vitest";
import { loadAppConfig } from "../src/config.ts";
import { makeGitHub } from "../src/github/github.ts";
import { publishCheckRun } from "../src/github/publish-check-run.ts";
import { supersedeCheckRun } from "../src/github/supersede-check-run.ts";
import type { Report } from "../src/report/report.ts";
import { startRig } from "./rig/rig.ts";

const checkpointsWith = (...known: readonly Checkpoint[]): CheckpointStore => {
  const saved = new Map(known.map((checkpoint) => [checkpoint.externalId, checkpoint]));
  return {
    get: async (id) => saved.get(id) ?? null,
    save: async (checkpoint) => void saved.set(checkpoint.externalId, checkpoint),
  };
};

const reportOf = (count: number): Report => ({
  title: "found",
  summary: "found",
  conclusion: "failure",
  annotations: Array.from({ length: count }, (_, index) => ({
    path: "a.ts",
    start_line: index + 1,
    end_line: index + 1,
    annotation_level: "failure" as const,
    title: "key",
    message: "key",
  })),
});

test("a check run that was created by an attempt which did not live to record it is found, continued and superseded", async () => {
  await using rig = await startRig({ withoutApp: true });
  const head = await rig.commit({ "a.ts": "1\n" });
  await rig.push("HEAD:refs/heads/main");
  const github = makeGitHub(loadAppConfig(rig.configFile).github, Date.now);
  const { id, owner, name } = rig.remote;
  const repository = { id, owner, name, installationId: rig.emulator.installationId };
  const externalId = `keywarden:${id}:${head}`;
  const publish = (checkpoints: CheckpointStore, count: number) =>
    publishCheckRun({
      octokit: github.checksClient(repository),
      checkpoints,
      repository,
      head,
      externalId,
      report: reportOf(count),
      isFinal: true,
      now: () => 60_000,
    });

  const first = await publish(checkpointsWith(), 3);
  const unrecorded = { externalId, checkRunId: null, batchesSent: 0, sendingSinceMs: 0 };
  const again = await publish(checkpointsWith(unrecorded), 3);
  expect(again.checkRunId).toBe(first.checkRunId);
  expect(rig.emulator.checkRuns(rig.remote.fullName)).toHaveLength(1);
  expect(rig.checkRun(head)?.annotations).toHaveLength(3);
  // Of a run that is known, too, nobody knows how many annotations it has while the answer to them was not heard.
  const unheard = { ...unrecorded, checkRunId: first.checkRunId };
  await publish(checkpointsWith(unheard), 3);
  expect(rig.checkRun(head)?.annotations).toHaveLength(3);
  const onItsWay = { ...unheard, sendingSinceMs: 50_000 };
  const soon = { code: "GITHUB_UNAVAILABLE", retryAfterMs: 5_000 };
  await expect(publish(checkpointsWith(onItsWay), 3)).rejects.toMatchObject(soon);
  await supersedeCheckRun({
    octokit: github.checksClient(repository),
    checkpoints: checkpointsWith(unrecorded),
    repository,
    head,
    externalId,
    nowMs: 60_000,
  });
  expect(rig.checkRun(head)?.output.title).toBe("Superseded");
  rig.emulator.assertNoViolations();
});
