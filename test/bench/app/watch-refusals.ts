import { setTimeout as wait } from "node:timers/promises";
import type { Secret } from "@keywarden/key-format";
import { patienceMs } from "./world.ts";
import type { World } from "./world.ts";

const everyMs = 10;
const mostAtOnce = 100;

interface Waiting {
  readonly key: Secret;
  readonly sinceMs: number;
  readonly resolve: (elapsedMs: number) => void;
}

/** Waits for many keys to be refused with one question for all of them, so that waiting takes no processor from the App. */
export function watchRefusals({ server }: Pick<World, "server">): Disposable & {
  /** Gives how long a key went on working; {@link patienceMs} where it still does. */
  untilRefused(key: Secret): Promise<number>;
} {
  let waiting: readonly Waiting[] = [];
  const stopped = new AbortController();
  const headers = { authorization: `Bearer ${server.token.reveal()}`, "content-type": "application/json" };
  const ask = async (asked: readonly Waiting[]): Promise<readonly boolean[]> => {
    const body = JSON.stringify(asked.map(({ key }) => ({ key: key.reveal() })));
    const response = await fetch(`${server.url}/v1/keys/verify`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`the key server answered ${response.status}`);
    return ((await response.json()) as readonly { readonly valid: boolean }[]).map(({ valid }) => valid);
  };
  const watch = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const asked = waiting.slice(0, mostAtOnce);
      const valid = asked.length === 0 ? [] : await ask(asked);
      const nowMs = performance.now();
      const done = new Set(
        asked.filter(({ sinceMs }, index) => valid[index] === false || nowMs - sinceMs >= patienceMs),
      );
      for (const { sinceMs, resolve } of done) resolve(Math.min(patienceMs, nowMs - sinceMs));
      // Those asked for last come first next time, so that none beyond the first hundred waits for the others.
      waiting = [...waiting.slice(asked.length), ...asked].filter((one) => !done.has(one));
      await wait(everyMs);
    }
  };
  void watch();
  return {
    untilRefused: (key) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting = [...waiting, { key, sinceMs: performance.now(), resolve }];
      return promise;
    },
    [Symbol.dispose]: () => stopped.abort(),
  };
}
