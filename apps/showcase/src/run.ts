import type { KeyServerProgram } from "@keywarden/testing/programs";
import { armTheApp } from "./chapters/arm-the-app.ts";
import { blockTheCommit } from "./chapters/block-the-commit.ts";
import { closeTheLoop } from "./chapters/close-the-loop.ts";
import { fillTheInventory } from "./chapters/fill-the-inventory.ts";
import { issueKeys } from "./chapters/issue-keys.ts";
import { pushTheKey } from "./chapters/push-the-key.ts";
import { chooseAppAccess, startTheServer, type AppAccess } from "./chapters/start-the-server.ts";
import type { Room } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

export interface Played {
  readonly server: KeyServerProgram;
  readonly app: AppAccess;
  /** Addresses of what runs, by name, for `--keep`. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Plays the loop from the first key to the proof that the leaked one is dead. */
export async function run(stage: Room, timeline: Timeline): Promise<Played> {
  timeline.heading("Keywarden: a key is stopped at the commit, and one that gets out is revoked");
  timeline.detail(
    "Real git, real processes, a real database; everything on this machine, removed at the end.",
    "quiet",
  );
  const access = await chooseAppAccess(stage);
  const server = await startTheServer(stage, timeline, access);
  const keys = await issueKeys(server, timeline);
  const developer = await blockTheCommit(stage, timeline, keys);
  const armed = await armTheApp(stage, timeline, { server, access });
  const pushed = await pushTheKey(timeline, { developer, armed, keys, server });
  await closeTheLoop(timeline, { server, github: armed.github, pushed });
  await fillTheInventory(server, timeline);
  timeline.heading("The loop is closed.");
  return {
    server,
    app: access,
    addresses: {
      "management API": server.url,
      "GitHub App": armed.app.url,
      "GitHub emulator": armed.github.url,
      "developer's work": developer.repository,
    },
  };
}
