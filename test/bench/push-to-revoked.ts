import { pushOnce } from "./app/push.ts";
import { startWorld } from "./app/world.ts";
import { milliseconds, type Section } from "./report.ts";
import { percentile } from "./statistics.ts";

const pushes = 20;

/** From the end of `git push` until the key answers 401, with the built programs and the emulator on this machine. */
export async function benchPushToRevoked(): Promise<Section> {
  await using world = await startWorld();
  world.github.setWebhookUrl(world.app.webhookUrl);
  const samples: number[] = [];
  for (let index = 0; index < pushes; index += 1) samples.push(await pushOnce(world));
  return {
    title: "Push to revoked",
    method: `${pushes} pushes of one commit with one new live key of Aforo; from the end of git push to the first 401, asked every 5 ms.`,
    rows: [
      { measure: "p50", value: milliseconds(percentile(samples, 0.5)), compared: "" },
      { measure: "p95", value: milliseconds(percentile(samples, 0.95)), compared: "" },
    ],
  };
}
