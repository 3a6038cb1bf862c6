import type { World } from "./world.ts";

/** One promise of a management API, and how to find out whether it is kept. */
export interface Check {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Ends well when the promise is kept. @throws {@link Unkept}, {@link Unchecked} */
  run(world: World): Promise<void>;
}

/** The promise is not kept. */
export class Unkept extends Error {
  override readonly name = "Unkept";
}

/** The promise was not looked at, for a reason that is no fault of the API. */
export class Unchecked extends Error {
  override readonly name = "Unchecked";
}

/** @throws {@link Unkept} with the sentence when the condition does not hold */
export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Unkept(sentence);
}
