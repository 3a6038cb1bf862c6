import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import type { ManyKeys } from "./many-keys.ts";

/** Disables keys of a server, one after the other, at a steady rate until it is stopped, and says how many a second it really was. */
export function makeChanges({ url, token }: KeyServerProgram, { keys }: ManyKeys, perSecond: number) {
  const inventory = makeInventoryClient({ baseUrl: url, token });
  const startedAtMs = performance.now();
  let sent = 0;
  let done = 0;
  const under = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    // What a busy machine has missed is caught up with.
    const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perSecond);
    for (; sent < due && under.size < 8; sent += 1) {
      const id = keys[(sent * 7) % keys.length]?.id ?? "";
      const work = inventory
        .disable(id)
        .then(() => (done += 1))
        .finally(() => under.delete(work));
      under.add(work);
    }
  }, 10);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(under);
      return { perSecond: done / ((performance.now() - startedAtMs) / 1000) };
    },
  };
}
