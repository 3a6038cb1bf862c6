import type { ExposureStorage } from "@keywarden/storage";
import type { ProviderApis } from "../provider-apis.ts";
import type { Log } from "../log.ts";

/**
 * Asks the providers that are down whether they are back, and has what waits for one that is tried at once: after a long outage
 * the next try may be minutes away.
 */
export async function wakeOnRecovery({
  storage,
  apis,
  log,
}: {
  readonly storage: Pick<ExposureStorage, "jobs">;
  readonly apis: ProviderApis;
  readonly log: Log;
}): Promise<void> {
  const down = apis.down();
  await Promise.allSettled(down.map((provider) => apis.greet(provider, "briefly")));
  const stillDown = new Set(apis.down());
  const back = down.filter((provider) => !stillDown.has(provider));
  if (back.length === 0) return;
  log("info", `${back.join(", ")} answers again; what waited is tried at once`);
  await storage.jobs.hasten(["confirm", "revoke", "replace"]);
}
