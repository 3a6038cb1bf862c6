import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { aforo, fingerprint } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import { makeRepository, sha256 } from "@keywarden/testing";
import { startRig } from "../../rig/rig.ts";
import { makeLauncher } from "../../rig/start-app-program.ts";
import { differencesOf } from "../differences.ts";
import { fateOf } from "../outcome-of-key.ts";
import { expectedOf } from "../reference-model.ts";
import type { Fate } from "../reference-model.ts";
import { worlds } from "../world.ts";
import type { World } from "../world.ts";
import { asBuilt } from "./as-built.ts";
import { playWorld } from "./play-world.ts";
import type { PlayedThere } from "./play-world.ts";

/** What came of worlds that were played with the built App as a process. */
export interface BuiltCount {
  readonly worlds: number;
  /** How often the App was ended with SIGKILL meanwhile. */
  readonly kills: number;
  readonly disagreements: readonly {
    readonly world: World;
    /** Its place among the worlds, by which its repository is named. */
    readonly number: number;
    readonly differences: readonly string[];
  }[];
  readonly deadLetters: readonly string[];
  readonly violations: readonly string[];
  /** What the App has logged, each of its processes after the other. */
  readonly log: string;
}

// Less than GitHub waits for an answer: what is held is a delivery on its way.
const releaseEveryMs = 4_000;
const killEveryMs = 9_000;
/** The longest that anything waits on purpose is a minute, for where the refs are that went round at first sight. */
const patienceMs = 180_000;

/**
 * Plays generated worlds with the built App, many at once in repositories of their own, with deliveries lost, late and repeated
 * and the App killed all the while, and compares what becomes of each with the model.
 */
export async function checkBuilt({
  program,
  databaseUrl,
  count,
  seed,
  say = () => {},
}: {
  /** The file of the built App. */
  readonly program: string;
  readonly databaseUrl: string | null;
  readonly count: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}): Promise<BuiltCount> {
  const breaker = { revocations: 10_000, windowMinutes: 1 };
  await using rig = await startRig({
    withoutApp: true,
    providers: [aforo],
    config: { breaker },
    listsDeliveriesAfterSeconds: 15,
  });
  using origin = await makeRepository({ bare: true });
  const launch = makeLauncher(rig, program, databaseUrl);
  let app = await launch();
  let kills = 0;
  let log = "";
  const startedAtMs = performance.now();
  const secondsSince = (): number => Math.round((performance.now() - startedAtMs) / 1_000);
  const restart = async (): Promise<void> => {
    await app.end("SIGKILL");
    kills += 1;
    log += `${app.log()}killed\n`;
    app = await launch();
  };
  const playing = { isOver: false };
  const releasing = repeat(releaseEveryMs, () => rig.emulator.releaseHeld("reversed"));
  const killing = repeat(killEveryMs, restart);
  const planned = fc.sample(worlds, { numRuns: count, seed }).map(asBuilt);
  const played: PlayedThere[] = [];
  const left = [...planned.entries()];
  // Each takes turns with git; more at once only wait for each other.
  const hands = Array.from({ length: 6 }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      played.push(await playWorld(rig, origin, next[1], next[0] + 1));
      if (played.length % 20 === 0)
        say(`${played.length} of ${count} worlds are played, ${kills} kills, ${secondsSince()} s`);
    }
  });
  await Promise.all(hands);
  playing.isOver = true;
  await Promise.all([releasing, killing]);
  await rig.emulator.releaseHeld("reversed");
  await rig.emulator.settled();
  // What found nobody is swept at the start.
  await restart();
  const differsWith = (fatesOf: (one: PlayedThere) => readonly Fate[]) =>
    played.flatMap((one) => {
      const { world, number, secrets, ids, runs, revokeCalls } = one;
      const all = { fates: fatesOf(one), secrets, ids, revokeCalls: revokeCalls(), buried: [] };
      const differences = differencesOf(world, { ...all, host: { runs: runs() } });
      return differences.length === 0 ? [] : [{ world, number, differences }];
    });
  const countLeft = (): number => differsWith(({ world }) => expectedOf(world).fates).length;
  const judged = async (): Promise<BuiltCount> => {
    const status = await app.end("SIGTERM");
    if (status !== 0) throw new Error(`the App ended with ${status}`);
    log += app.log();
    const storage = await openExposureStorage({ path: rig.dataDirectory, databaseUrl, clock: Date.now });
    try {
      const fates = new Map<PlayedThere, readonly Fate[]>();
      for (const one of played)
        fates.set(
          one,
          await Promise.all(one.secrets.map((secret) => fateOf(storage, fingerprint(secret, sha256)))),
        );
      return {
        worlds: count,
        kills,
        disagreements: differsWith((one) => fates.get(one) ?? []),
        deadLetters: (await storage.jobs.listBuried()).map(({ kind, errorCode }) => `${kind} ${errorCode}`),
        violations: rig.emulator.violations,
        log,
      };
    } finally {
      await storage.close();
    }
  };
  await untilItStays(countLeft);
  const endAtMs = Date.now() + patienceMs;
  let counted = await judged();
  // No check tells of what is history, and only the App's own storage says whether it was looked at by now.
  while (counted.disagreements.length > 0 && countLeft() === 0 && Date.now() < endAtMs) {
    app = await launch();
    await wait(15_000);
    counted = await judged();
  }
  say(`all is quiet after ${secondsSince()} s`);
  return counted;

  async function repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    for (let leftMs = everyMs; !playing.isOver; leftMs -= 250) {
      await wait(250);
      if (leftMs > 0) continue;
      await work();
      leftMs = everyMs;
    }
  }
}

/** Waits until nothing is left, and for as long as it becomes less. */
async function untilItStays(countLeft: () => number): Promise<void> {
  let least = countLeft();
  for (let endAtMs = Date.now() + patienceMs; least > 0 && Date.now() < endAtMs;) {
    await wait(1_000);
    const now = countLeft();
    if (now >= least) continue;
    least = now;
    endAtMs = Date.now() + patienceMs;
  }
}
