import { setTimeout as wait } from "node:timers/promises";
import { milliseconds } from "../report.ts";
import type { Row } from "../report.ts";
import { percentile } from "../statistics.ts";
import { peakResidentBytes } from "../process-costs.ts";
import type { World } from "./world.ts";

const restarts = 5;

/** From the start of a process after SIGKILL to its being ready, the sweep at start included. */
export async function measureRestart(world: World): Promise<readonly Row[]> {
  const resident = peakResidentBytes(world.app.program.processId);
  const samples: number[] = [];
  for (let index = 0; index < restarts; index += 1) {
    await world.app.program.stop("SIGKILL");
    const startedAtMs = performance.now();
    world.app = await world.startApp();
    await untilReady(world.app.url);
    samples.push(performance.now() - startedAtMs);
  }
  return [
    {
      measure: "restart after SIGKILL to ready p50",
      value: milliseconds(percentile(samples, 0.5)),
      compared: `worst ${milliseconds(Math.max(...samples))} (goal: 2 s)`,
    },
    {
      measure: "resident after all of the above",
      value: resident === null ? "not told by this system" : `${(resident / 1e6).toFixed(0)} MB`,
      compared: "peak of the process (VmHWM)",
    },
  ];
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 6_000; attempt += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await wait(5);
  }
  throw new Error("the App is not ready after 30 s");
}
