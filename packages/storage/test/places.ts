import { makeClock, makeTemporaryDirectory, sha256, type TestClock } from "@keywarden/testing";
import {
  type Clock,
  type ExposureStorage,
  type KeyStorage,
  openExposureStorage,
  openKeyStorage,
} from "@keywarden/storage";
import { onTestFinished } from "vitest";

/** Somewhere that storages can be opened in, closed and opened again; emptied when the test is over. */
export interface Place {
  readonly path: string;
  readonly clock: TestClock;
  openKeys(clock?: Clock): Promise<KeyStorage>;
  openExposures(clock?: Clock): Promise<ExposureStorage>;
}

/** The adapters that the contract holds for; a second one is added as a second row. */
export const adapters: readonly { readonly adapter: string; readonly makePlace: () => Place }[] = [
  { adapter: "SQLite", makePlace: makeSqlitePlace },
];

export function makeSqlitePlace(): Place {
  const directory = makeTemporaryDirectory();
  const clock = makeClock();
  const opened: { close(): Promise<void> }[] = [];
  onTestFinished(async () => {
    for (const storage of opened) await storage.close();
    directory.remove();
  });
  const remember = <T extends { close(): Promise<void> }>(storage: T): T => {
    opened.push(storage);
    return storage;
  };
  const { path } = directory;
  return {
    path,
    clock,
    openKeys: async (own = clock) => remember(await openKeyStorage({ path, clock: own })),
    openExposures: async (own = clock) => remember(await openExposureStorage({ path, clock: own })),
  };
}

export const audit = { action: "test.acted", actor: "ada" } as const;

/** A secret as the storage takes it; the same name gives the same one. */
export function secretNamed(name: string) {
  return { sha256: sha256(name), prefix: "sk_live_", lastFour: name.slice(-4) } as const;
}

/** A key as the storage takes it, with a first secret of the name `<id>#1`. */
export function keyNamed(id: string) {
  return {
    id,
    provider: "aforo",
    name: `the key ${id}`,
    kind: "secret",
    environment: "production",
    label: "live",
    secret: secretNamed(`${id}#1`),
  } as const;
}
