import type { KeyStorage } from "@keywarden/storage";

/** Smaller differences are those of clocks that are set by the network. */
const LEAST_MS = 60_000;

/** Whether time stands still, since a clock was set back by a minute or more: a minute then goes on for longer. */
export const standsStill = (storage: Pick<KeyStorage, "behindMs">): boolean => storage.behindMs() >= LEAST_MS;

/** Says so behind a number of requests within a span of time; nothing while time passes. */
export const noteOfStanding = (storage: Pick<KeyStorage, "behindMs">): string =>
  standsStill(storage)
    ? "; this server's clock was set back and its time stands still, so that was over a longer time"
    : "";
