import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { milliseconds, times } from "../report.ts";
import type { Row } from "../report.ts";
import { medianRatio, percentile } from "../statistics.ts";
import { slowStrangers, strangers } from "./slow-strangers.ts";
import { untilRefused, webhookSecret } from "./world.ts";
import type { World } from "./world.ts";

const rounds = 20;

/** From the end of a push to the first refusal of its key, in turns with a script that does the same work. */
export async function measurePushes(world: World): Promise<readonly Row[]> {
  const { github, server, remote, directory } = world;
  const bare = await world.startBare(
    "bare-revoker",
    webhookSecret,
    join(directory, "bare.git"),
    remote.pushUrlFor("script"),
    `${server.url}/aforo`,
    server.token.reveal(),
  );
  const samples = { bare: [] as number[], app: [] as number[], crowded: [] as number[] };
  const pushTo = async (url: string): Promise<number> => {
    github.setWebhookUrl(url);
    const elapsedMs = await pushOnce(world);
    await github.settled();
    return elapsedMs;
  };
  try {
    await pushTo(bare.url);
    await pushTo(world.app.webhookUrl);
    for (let round = 0; round < rounds; round += 1) {
      samples.bare.push(await pushTo(bare.url));
      samples.app.push(await pushTo(world.app.webhookUrl));
    }
    const crowd = await slowStrangers(world.app.url);
    for (let round = 0; round < rounds; round += 1) samples.crowded.push(await pushTo(world.app.webhookUrl));
    for (const socket of crowd) socket.destroy();
  } finally {
    await bare.program.stop();
  }
  const ratio = times(medianRatio(samples.app, samples.bare));
  return [
    {
      measure: "push to revoked p50",
      value: milliseconds(percentile(samples.app, 0.5)),
      compared: `${ratio} the bare script (goal: 1.6), ${milliseconds(percentile(samples.bare, 0.5))}`,
    },
    { measure: "push to revoked p95", value: milliseconds(percentile(samples.app, 0.95)), compared: "" },
    {
      measure: `push to revoked p50, ${strangers} slow strangers`,
      value: milliseconds(percentile(samples.crowded, 0.5)),
      compared: `${times(percentile(samples.crowded, 0.5) / percentile(samples.app, 0.5))} without them (goal: 2)`,
    },
  ];
}

/** Pushes one commit with one new live key, and gives how long the key then worked. */
export async function pushOnce(world: World): Promise<number> {
  const { work } = world;
  const key = await world.issueKey();
  work.write("config.env", `AFORO_API_KEY=${key.reveal()}\n`);
  await work.commit(`push ${randomBytes(4).toString("hex")}`);
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  return untilRefused(world, key);
}
