import fc from "fast-check";
import { differencesOf } from "./differences.ts";
import { play } from "./play.ts";
import { worlds } from "./world.ts";

// The same worlds in each run, so that what a change breaks is told from bad luck; longer runs choose other seeds.
const defaultSeed = 20_261_129;

/**
 * Plays this many generated worlds, and compares each with the model. `KEYWARDEN_MODEL_SEED` chooses other worlds, and
 * `KEYWARDEN_MODEL_PATH` brings one of them back.
 *
 * @throws Error with the smallest world that it finds in which they differ, its seed and its path.
 */
export async function checkWorlds(runs: number): Promise<void> {
  const seed = Number(process.env["KEYWARDEN_MODEL_SEED"] ?? defaultSeed);
  const path = process.env["KEYWARDEN_MODEL_PATH"];
  let number = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      number += 1;
      const differences = differencesOf(world, await play(world, number));
      if (differences.length > 0) throw new Error(differences.join("\n"));
    }),
    { numRuns: runs, seed, ...(path !== undefined && { path }) },
  );
}
