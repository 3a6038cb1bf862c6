import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { type KeyServerProgram, startKeyServer } from "@keywarden/testing/programs";
import { programFile } from "../program-file.ts";
import type { Room } from "../stage.ts";
import type { Timeline } from "../timeline.ts";

/** Who left the team, as the inventory names them. */
export const departedOwner = "ben";

/** How the server and the terminal learn what the App has found. */
export interface AppAccess {
  readonly port: number;
  readonly url: string;
  /** Written once the App has made the token. */
  readonly tokenFile: string;
}

/** Starts the management API on an embedded database in a fresh directory. */
export async function startTheServer(
  stage: Room,
  timeline: Timeline,
  access: AppAccess,
): Promise<KeyServerProgram> {
  const policy = join(stage.directory, "policy.json");
  writeFileSync(policy, JSON.stringify({ departed: [departedOwner] }));
  const server = await startKeyServer({
    file: programFile("key-server"),
    directory: join(stage.directory, "server"),
    env: stage.env,
    args: ["--app-url", access.url, "--app-token-file", access.tokenFile, "--policy", policy],
  });
  stage.keep(server.program);
  timeline.step("server", `keywarden-server owns the keys: ${server.url}, SQLite in a fresh directory`);
  return server;
}

/** Chooses where the App will listen, because server and App have to know each other before either runs. */
export async function chooseAppAccess(stage: Room): Promise<AppAccess> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return { port, url: `http://127.0.0.1:${port}`, tokenFile: join(stage.directory, "app-reader-token") };
}
