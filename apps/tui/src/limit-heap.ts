import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

/**
 * Keeps memory low from here on. By itself V8 grows the space of new objects to 128 MB while 100,000 keys arrive, keeps it
 * for as long as keys are pressed, and lets the rest double before it looks for what nobody needs any more.
 */
export function limitHeap(): void {
  // V8 takes compiled code only under the flags that it was compiled with, so that it is kept before they change.
  flushCompileCache();
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=30");
}
