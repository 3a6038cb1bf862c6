import type { Secret } from "@keywarden/key-format";
import type { Rig } from "./rig.ts";

/** Pushes a commit that holds the keys to main, and gives its id once the App has done all it can. */
export async function pushKeys(rig: Rig, keys: readonly Secret[]): Promise<string> {
  const sha = await rig.commit({ "keys.ts": keys.map((key) => `"${key.reveal()}"\n`).join("") });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  return sha;
}
