import type { World } from "./world.ts";

/** One promise of a management API, and how to find out whether it is kept. */
export interface Check {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Ends well when the promise is kept. @throws {@link Unkept}, {@link Unchecked} */
  run(world: World): Promise<void>;
}
