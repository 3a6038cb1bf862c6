import { setTimeout as wait } from "node:timers/promises";
import type { Rig } from "./rig.ts";
import type { AppProcess } from "./start-app-program.ts";

const patienceMs = 240_000;

/**
 * Waits for what the App is to bring about, and ends the App where it does not come.
 *
 * @throws Error that tells what the App said, heard, found and decided
 */
export async function comeTrue<T>(awaited: Promise<T>, rig: Rig, app: AppProcess): Promise<T> {
  const tired = new AbortController();
  const late = wait(patienceMs, "late" as const, { signal: tired.signal });
  const first = await Promise.race([awaited.then((value) => ({ value })), late]);
  if (first !== "late") {
    tired.abort();
    late.catch(() => {});
    return first.value;
  }
  const ended = await app.end("SIGTERM");
  const kept = await rig.inspect(async ({ exposures, decisions, provenance, repositories, jobs }) => {
    const all = await decisions.list();
    const known = await repositories.list();
    return {
      decisions: all,
      exposures: await Promise.all(all.map(({ exposureId }) => exposures.getById(exposureId))),
      repositories: await Promise.all(
        known.map(async (one) => ({
          ...one,
          listing: await provenance.getListing(one.repository),
          pushes: await provenance.listPushes(one.repository),
        })),
      ),
      jobs: await jobs.counts(),
      givenUp: await jobs.listBuried(),
    };
  });
  const deliveries = rig.emulator
    .deliveries()
    .map(({ event, guid, status, deliveredAtMs }) => ({ event, guid, status, deliveredAtMs }));
  const checkRuns = rig.emulator.checkRuns(rig.remote.fullName).map(({ output: { title } }) => title);
  const asked = rig.providers.map(({ profile, calls }) => [profile.id, calls]);
  const told = JSON.stringify({ ended, kept, deliveries, checkRuns, asked }, plainly, 1);
  throw new Error(`it did not come within ${patienceMs} ms; ${told}\nthe App said:\n${app.log()}`);
}

const plainly = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);
