import { setTimeout as wait } from "node:timers/promises";
import type { Secret } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import { startRig } from "../rig/rig.ts";
import type { Rig } from "../rig/rig.ts";
import { makeLauncher } from "../rig/start-app-program.ts";

/** What came of it when the App was killed again and again: all but the first two have to be nothing. */
export interface KillCount {
  readonly kills: number;
  readonly revoked: number;
  /** Keys that were there before the App and were revoked. */
  readonly wrong: number;
  /** Revoke calls beyond one for each key. */
  readonly double: number;
  /** Pushed keys that still work. */
  readonly lost: number;
  /** Of each commit whose check does not say what became of its key, or that has another beside it that is not superseded: what
   * its checks say. */
  readonly wrongReports: readonly string[];
  readonly unfinishedIntents: number;
  readonly auditFaults: number;
  /** Requests that GitHub's own description does not allow. */
  readonly violations: number;
}

/** A count with nothing wrong in it. */
export const flawless = (kills: number): KillCount => ({
  kills,
  revoked: kills,
  wrong: 0,
  double: 0,
  lost: 0,
  wrongReports: [],
  unfinishedIntents: 0,
  auditFaults: 0,
  violations: 0,
});

const live = { kind: "secret", environment: "production" } as const;

/** What the App has just said when it is killed; nothing: at once. */
const moments = ["push received", "scanned ", "live key", "revoked aforo", "reported ", ""];
const patienceMs = 120_000;

interface Pushed {
  readonly key: Secret;
  readonly sha: string;
}

/** Pushes one new live key a round, and kills the built App with SIGKILL in the middle of its work on each. */
export async function killAndCount({
  program,
  databaseUrl,
  kills,
  onKill = () => {},
}: {
  /** The file of the built App. */
  readonly program: string;
  readonly databaseUrl: string | null;
  readonly kills: number;
  readonly onKill?: (round: number) => void;
}): Promise<KillCount> {
  const breaker = { revocations: 10_000, windowMinutes: 1 };
  await using rig = await startRig({ withoutApp: true, config: { breaker } });
  const old = rig.provider.issue(live);
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  const launch = makeLauncher(rig, program, databaseUrl);
  let app = await launch();
  const pushed: Pushed[] = [];
  for (let round = 0; round < kills; round += 1) {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ [`${round}.env`]: key.reveal() });
    pushed.push({ key, sha });
    await rig.push(`HEAD:refs/heads/${round % 3 === 0 ? "side" : "main"}`);
    const moment = moments[round % moments.length] ?? "";
    await until(() => app.log().includes(moment));
    await app.end("SIGKILL");
    await rig.emulator.settled();
    app = await launch();
    onKill(round + 1);
  }
  await untilItStays(() => pushed.filter((one) => !isRevoked(rig, one) || !isReported(rig, one)).length);
  const status = await app.end("SIGTERM");
  if (status !== 0) throw new Error(`the App ended with ${status}`);
  const revokeCalls = rig.provider.revokes();
  const storage = await openExposureStorage({ path: rig.dataDirectory, databaseUrl, clock: Date.now });
  try {
    return {
      kills,
      revoked: pushed.filter((one) => isRevoked(rig, one)).length,
      wrong: rig.provider.stateOf(old) === "active" ? 0 : 1,
      double: revokeCalls.length - new Set(revokeCalls).size,
      lost: pushed.filter((one) => !isRevoked(rig, one)).length,
      wrongReports: pushed.flatMap((one, round) =>
        isReported(rig, one) ? [] : [`round ${round}: ${listChecks(rig, one).join("; ") || "no check"}`],
      ),
      unfinishedIntents: (await storage.intents.listUnfinished()).length,
      auditFaults: (await storage.audit.verify()).ok ? 0 : 1,
      violations: rig.emulator.violations.length,
    };
  } finally {
    await storage.close();
  }
}

const isRevoked = (rig: Rig, { key }: Pushed): boolean => rig.provider.stateOf(key) === "revoked";

/** One that was final before its key was known, as after two minutes, is superseded by the one that says what holds. */
const isReported = (rig: Rig, one: Pushed): boolean => {
  const checks = listChecks(rig, one);
  const older = checks.slice(0, -1);
  return checks.at(-1) === revokedCheck && older.every((check) => check === "completed: Superseded");
};

const revokedCheck = "completed: 1 key found: 1 revoked";

const listChecks = (rig: Rig, { sha }: Pushed): readonly string[] =>
  rig.emulator
    .checkRuns(rig.remote.fullName)
    .filter((run) => run.head_sha === sha)
    .map(({ status, output }) => `${status}: ${output.title}`);

/** Waits until nothing is left, and for as long as it becomes less: a busy machine may take minutes for what was left behind. */
async function untilItStays(countLeft: () => number): Promise<void> {
  for (let left = countLeft(); left > 0;) {
    await until(() => countLeft() < left);
    const now = countLeft();
    if (now >= left) return;
    left = now;
  }
}

// Whoever counts wants to know what was not there in the end, so it gives up without a word.
async function until(isThere: () => boolean): Promise<void> {
  const endAtMs = performance.now() + patienceMs;
  while (!isThere() && performance.now() < endAtMs) await wait(3);
}
