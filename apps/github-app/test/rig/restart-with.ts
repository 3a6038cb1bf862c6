import { readFileSync, writeFileSync } from "node:fs";
import type { Rig } from "./rig.ts";

/** Starts the App anew with a change to its config, and waits until it has done all it can. */
export async function restartWith(rig: Rig, change: Readonly<Record<string, unknown>>): Promise<void> {
  const config = JSON.parse(readFileSync(rig.configFile, "utf8")) as Record<string, unknown>;
  writeFileSync(rig.configFile, JSON.stringify({ ...config, ...change }));
  await rig.stopApp();
  await rig.startApp();
  await rig.settle();
}
