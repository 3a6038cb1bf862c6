import type { Judge } from "@keywarden/inventory";
import type { Connection } from "@keywarden/inventory/login";
import type { Providers } from "@keywarden/key-format";
import type { StartedClient } from "./effects/start-client.ts";
import type { SessionClock } from "@keywarden/inventory";
import type { Options } from "./options.ts";
import type { Preferences } from "./read-preferences.ts";

/** What the screen is opened with. */
export interface ScreenRequest {
  readonly connection: Connection;
  readonly started: StartedClient;
  readonly now: SessionClock;
  readonly judge: Judge;
  readonly known: Pick<Providers, "providers" | "managedProviders">;
  readonly options: Options;
  readonly preferences: Preferences;
  readonly warnings: readonly string[];
}
