import { isLeaving, isReturn, pullRef } from "../world.ts";
import type { Step, World } from "../world.ts";

// A bare repository keeps the branch that its HEAD names, and a pull request would need a fork for each world.
const names = new Map([
  ["refs/heads/main", "refs/heads/trunk"],
  [pullRef, "refs/heads/proposal"],
]);

/** Real pushes are at least as far apart as what the host's clock tells apart. */
export const betweenStepsMs = 1_100;

/**
 * Gives a world as it is played with processes and real clocks: every step has a second of its own, and the App is never taken
 * away, as nobody can say then what it has seen before.
 */
export function asBuilt(world: World): World {
  const kept: Step[] = [];
  let installedAfter = 0;
  for (const [index, step] of world.moves.entries()) {
    if ("life" in step && (isLeaving(step.life) || isReturn(step.life) || step.life === "delete")) continue;
    if (index < world.installedAfter) installedAfter += 1;
    kept.push(
      "life" in step
        ? { ...step, afterMs: betweenStepsMs }
        : { ...step, ref: names.get(step.ref) ?? step.ref, afterMs: betweenStepsMs },
    );
  }
  return { ...world, moves: kept, installedAfter };
}
