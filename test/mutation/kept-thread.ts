import { ThreadsPoolWorker } from "vitest/node";
import type { PoolRunnerInitializer, PoolWorker } from "vitest/node";

type Listener = (...values: unknown[]) => void;

let kept: PoolWorker | null = null;

/**
 * A pool that keeps its thread, with the modules that it loaded, from one run to the next. Vitest ends its workers after
 * every run, and to start one and load the code again takes a hundred times as long as the tests of a mutant.
 */
export const keptThread: PoolRunnerInitializer = {
  name: "kept-thread",
  createPoolWorker(options) {
    // What is computed while a module loads shows a mutant only in a thread that loads it anew.
    const activation: unknown = Reflect.get(options.project.getProvidedContext(), "mutantActivation");
    if (activation === "static") return new ThreadsPoolWorker(options);
    const isNew = kept === null;
    const thread = (kept ??= new ThreadsPoolWorker(options));
    const listeners: [string, Listener][] = [];
    let isReleased = false;
    return {
      name: "threads",
      on: (event, listener) => {
        listeners.push([event, listener]);
        thread.on(event, listener);
      },
      off: (event, listener) => thread.off(event, listener),
      deserialize: (data) => thread.deserialize(data),
      start: async () => {
        if (isNew) await thread.start();
      },
      send: (message) => {
        isReleased = message.type === "stop";
        if (!isReleased) return thread.send(message);
        const stopped = { type: "stopped", __vitest_worker_response__: true };
        for (const [, tell] of listeners.filter(([event]) => event === "message")) tell(stopped);
      },
      stop: async () => {
        for (const [event, listener] of listeners) thread.off(event, listener);
        // Nobody asks a thread that failed to stop; it is not used again.
        if (isReleased) return;
        kept = null;
        await thread.stop();
      },
    };
  },
};
