import { Agent } from "node:http";
import { join } from "node:path";
import { milliseconds, times } from "../report.ts";
import type { Row } from "../report.ts";
import { median, percentile } from "../statistics.ts";
import { deliverOnce } from "./deliver-once.ts";
import { pushPayload } from "./push-payload.ts";
import { slowStrangers, strangers } from "./slow-strangers.ts";
import { webhookSecret } from "./world.ts";
import type { World } from "./world.ts";

const rounds = 4;
const deliveriesPerRound = 400;
const concurrent = 50;

/** How long a delivery waits for its answer, beside the least that an answer can rest on, in turns. */
export async function measureAcknowledgement(world: World): Promise<readonly Row[]> {
  const bare = await world.startBare("bare-receiver", webhookSecret, join(world.directory, "bare.db"));
  const after = await world.work.git("rev-parse", "HEAD");
  const template = await pushPayload(world);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrent });
  const measured: Record<Who, { p50: number; p99: number }[]> = {
    bare: [],
    app: [],
    crowded: [],
  };
  try {
    // The first round warms both up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, url] of [
        ["bare", bare.url],
        ["app", world.app.webhookUrl],
        ["crowded", world.app.webhookUrl],
      ] as const) {
        const crowd = name === "crowded" ? await slowStrangers(world.app.url) : [];
        const samples = await deliverAll(agent, url, (index) =>
          // The same objects under another name: the scans cost nothing, which would be measured elsewhere.
          JSON.stringify({ ...template, ref: `refs/heads/${name}${round}-${index}`, after }),
        );
        for (const socket of crowd) socket.destroy();
        if (round > 0) measured[name].push({ p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) });
      }
    }
  } finally {
    agent.destroy();
    await bare.program.stop();
  }
  const compare = (who: Who, beside: Who, which: "p50" | "p99"): string =>
    times(median(measured[who].map((one, index) => one[which] / (measured[beside][index]?.[which] ?? NaN))));
  const row = (who: Who, which: "p50" | "p99", measure: string, compared: string): Row => ({
    measure: `acknowledgement ${which}, ${concurrent} at once${measure}`,
    value: milliseconds(median(measured[who].map((one) => one[which]))),
    compared,
  });
  return [
    row("app", "p50", "", `${compare("app", "bare", "p50")} the bare receiver`),
    row("app", "p99", "", `${compare("app", "bare", "p99")} the bare receiver (goal: 2.5)`),
    row(
      "crowded",
      "p99",
      `, ${strangers} slow strangers`,
      `${compare("crowded", "app", "p99")} without them (goal: 2)`,
    ),
  ];
}

type Who = "bare" | "app" | "crowded";

async function deliverAll(
  agent: Agent,
  url: string,
  bodyAt: (index: number) => string,
): Promise<readonly number[]> {
  const samples: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < deliveriesPerRound) samples.push(await deliverOnce(agent, url, bodyAt((next += 1))));
  };
  await Promise.all(Array.from({ length: concurrent }, work));
  return samples;
}
