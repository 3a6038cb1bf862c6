import fc from "fast-check";
import { makeRepository } from "@keywarden/testing";
import { differencesOf } from "./differences.ts";
import { play } from "./play.ts";
import { worlds } from "./world.ts";
import type { World } from "./world.ts";

/** The same worlds in each run, so that what a change breaks is told from bad luck; longer runs choose other seeds. */
export const defaultSeed = 20_261_129;

/** A world in which the App and the model differ, made as small as could be. */
export interface Disagreement {
  /** With the seed it brings the world back. */
  readonly path: string;
  readonly world: World;
  readonly differences: readonly string[];
}

/** Plays this many generated worlds and compares each with the model; gives the first in which they differ, or null. */
export async function checkWorlds(
  runs: number,
  seed = defaultSeed,
  path?: string,
): Promise<Disagreement | null> {
  using origin = await makeRepository({ bare: true });
  let last: readonly string[] = [];
  const result = await fc.check(
    fc.asyncProperty(worlds, async (world) => {
      const differences = differencesOf(world, await play(world, origin));
      if (differences.length > 0) last = differences;
      return differences.length === 0;
    }),
    { numRuns: runs, seed, ...(path !== undefined && { path }) },
  );
  if (!result.failed) return null;
  const { counterexample, counterexamplePath, errorInstance } = result;
  if (counterexample === null) throw new Error("the worlds cannot be played", { cause: errorInstance });
  const [world] = counterexample;
  const differences =
    errorInstance instanceof Error && !isFalse(errorInstance) ? [String(errorInstance.stack)] : last;
  return { path: counterexamplePath, world, differences };
}

const isFalse = (error: Error): boolean => error.message === "Property failed by returning false";
