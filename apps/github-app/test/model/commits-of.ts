import type { Secret } from "@keywarden/key-format";
import type { World } from "./world.ts";
import type { CommitToWrite } from "./write-commits.ts";

/** Gives the commits of a world with the text of its keys, a second after each other from `firstSecond` on. */
export function commitsOf(
  world: World,
  secrets: readonly Secret[],
  firstSecond: number,
): readonly CommitToWrite[] {
  const textOf = (key: number): string => secrets[key]?.reveal() ?? "";
  return world.commits.map(({ parents, files, inMessage }, index) => ({
    parents,
    files: new Map(
      [...files].map(([path, { key, version }]) => [path, `KEY=${textOf(key)}\n# ${version}\n`]),
    ),
    message: inMessage === null ? `commit ${index}` : `with ${textOf(inMessage)}`,
    atSeconds: firstSecond + index,
  }));
}
