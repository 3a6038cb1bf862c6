import { randomBytes } from "node:crypto";
import type { World } from "./world.ts";

export interface PushTemplate extends Readonly<Record<string, unknown>> {
  readonly repository: Readonly<Record<string, unknown>>;
}

/** What the emulator really sent for a push that nobody listened to, padded to the size of a real one. */
export async function pushPayload({ github, work }: Pick<World, "github" | "work">): Promise<PushTemplate> {
  github.setWebhookUrl("http://127.0.0.1:1/");
  await work.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/template");
  await github.settled();
  const payload = JSON.parse(github.deliveries().at(-1)?.payload ?? "{}") as PushTemplate;
  return { ...payload, padding: randomBytes(4_000).toString("hex") };
}
