// Plays the worlds of one seed and says what came of it, as one line of JSON. Started by main.ts.
import { checkWorlds } from "./check-worlds.ts";
import type { Disagreement } from "./check-worlds.ts";

/** What came of the worlds of one seed. */
export interface BatchResult {
  readonly seed: number;
  readonly worlds: number;
  readonly ms: number;
  readonly disagreement: Disagreement | null;
}

const [seed = "", worlds = "", path] = process.argv.slice(2);
const startedAtMs = performance.now();
const disagreement = await checkWorlds(Number(worlds), Number(seed), path);
const result: BatchResult = {
  seed: Number(seed),
  worlds: Number(worlds),
  ms: performance.now() - startedAtMs,
  disagreement,
};
process.stdout.write(
  `${JSON.stringify(result, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value))}\n`,
);
