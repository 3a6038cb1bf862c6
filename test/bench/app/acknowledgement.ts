import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { milliseconds, times } from "../report.ts";
import type { Row } from "../report.ts";
import { median, percentile } from "../statistics.ts";
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
  const measured: Record<"bare" | "app", { p50: number; p99: number }[]> = { bare: [], app: [] };
  try {
    // The first round warms both up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, url] of [
        ["bare", bare.url],
        ["app", world.app.webhookUrl],
      ] as const) {
        const samples = await deliverAll(agent, url, (index) =>
          // The same objects under another name: the scans cost nothing, which would be measured elsewhere.
          JSON.stringify({ ...template, ref: `refs/heads/r${round}-${index}`, after }),
        );
        if (round > 0) measured[name].push({ p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) });
      }
    }
  } finally {
    agent.destroy();
    await bare.program.stop();
  }
  return (["p50", "p99"] as const).map((which) => ({
    measure: `acknowledgement ${which}, ${concurrent} at once`,
    value: milliseconds(median(measured.app.map((one) => one[which]))),
    compared: `${times(median(measured.app.map((one, index) => one[which] / (measured.bare[index]?.[which] ?? NaN))))} the bare receiver (goal for p99: 2.5)`,
  }));
}

/** What the emulator really sent, padded to the size of a real one. */
async function pushPayload({ github, work }: World): Promise<Readonly<Record<string, unknown>>> {
  github.setWebhookUrl("http://127.0.0.1:1/");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/template");
  await github.settled();
  const payload = github.deliveries().at(-1)?.payload ?? "{}";
  return { ...(JSON.parse(payload) as object), padding: randomBytes(4_000).toString("hex") };
}

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

function deliverOnce(agent: Agent, url: string, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedAtMs = performance.now();
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
  };
  request(url, { agent, method: "POST", headers }, (answer) => {
    answer.resume().once("end", () => {
      if (answer.statusCode === 202) resolve(performance.now() - startedAtMs);
      else reject(new Error(`${url} answered ${answer.statusCode}`));
    });
  })
    .once("error", reject)
    .end(body);
  return promise;
}
