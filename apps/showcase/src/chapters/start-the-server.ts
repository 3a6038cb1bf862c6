import { join } from "node:path";
import { type KeyServerProgram, startKeyServer } from "@keywarden/testing/programs";
import { programFile } from "../program-file.ts";
import type { Stage } from "../stage.ts";
import type { Timeline } from "../timeline.ts";

/** Starts the management API on an embedded database in a fresh directory. */
export async function startTheServer(stage: Stage, timeline: Timeline): Promise<KeyServerProgram> {
  const server = await startKeyServer({
    file: programFile("key-server"),
    directory: join(stage.directory, "server"),
    env: stage.env,
  });
  stage.keep(server.program);
  timeline.step("server", `keywarden-server owns the keys: ${server.url}, SQLite in a fresh directory`);
  return server;
}
