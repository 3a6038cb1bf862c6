import fc from "fast-check";
import { differencesOf } from "./differences.ts";
import { play } from "./play.ts";
import { worlds } from "./world.ts";

/**
 * Plays this many generated worlds, and compares each with the model.
 *
 * @throws Error with the smallest world that it finds in which they differ, and the seed that brings it back.
 */
export async function checkWorlds(runs: number): Promise<void> {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      number += 1;
      const differences = differencesOf(world, await play(world, number));
      if (differences.length > 0) throw new Error(differences.join("\n"));
    }),
    { numRuns: runs },
  );
}
