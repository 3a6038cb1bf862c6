import { resolve } from "node:path";

const running = new Map<string, Promise<unknown>>();

/** Lets work on one mirror take turns within this process; what becomes of the work before is its own caller's affair. */
export async function takeTurn<T>(mirror: string, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = resolve(mirror);
  const before = running.get(directory);
  const current = (async () => {
    await before?.catch(() => {});
    return work(directory);
  })();
  running.set(directory, current);
  try {
    return await current;
  } finally {
    if (running.get(directory) === current) running.delete(directory);
  }
}
