import { statfs } from "node:fs/promises";
import type { KeyStorage } from "@keywarden/storage";

/** What a load balancer needs to know: whether the server can do what it is for, and what is in the way. */
export interface Readiness {
  readonly isReady: boolean;
  /** `failing` where no change can be stored. */
  readonly storage: "ok" | "failing";
  /** `full` where less than 16 MiB are free; `unknown` where the data is not on a disk of this machine. */
  readonly disk: "ok" | "full" | "unknown";
  /** `failing` where the identity provider cannot be reached; tokens work all the same. Absent where there is none. */
  readonly signIn?: "ok" | "failing";
}

export interface ReadinessCheck {
  (): Promise<Readiness>;
}

/** Less than that, and a page of the log or of the index may not fit any more. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;
const ANSWER_WITHIN_MS = 2000;
/** Whoever asks all the time costs one write a second; ten where the database may have gone since. */
const KEPT_MS = { known: 1000, unknown: 100 };

/** Checks by doing: one durable transaction that changes nothing but the stored time. */
export function makeReadinessCheck(options: {
  readonly storage: Pick<KeyStorage, "transaction"> & {
    readonly feed: Pick<KeyStorage["feed"], "isCurrent">;
  };
  /** The folder of the database; null where it is elsewhere. */
  readonly directory: string | null;
  /** Asks for the identity provider; null where there is none. */
  readonly signIn?: () => Promise<"ok" | "failing"> | null;
  readonly elapsedMs?: () => number;
}): ReadinessCheck {
  const { storage, directory, signIn = () => null, elapsedMs = () => performance.now() } = options;
  let last: { readonly atMs: number; readonly answer: Promise<Readiness> } | null = null;
  const check = async (): Promise<Readiness> => {
    const [isStored, disk, provider] = await Promise.all([canStore(storage), readDisk(directory), signIn()]);
    return {
      isReady: isStored && disk !== "full",
      storage: isStored ? "ok" : "failing",
      disk,
      ...(provider !== null && { signIn: provider }),
    };
  };
  return () => {
    const keptMs = storage.feed.isCurrent() ? KEPT_MS.known : KEPT_MS.unknown;
    if (last === null || elapsedMs() - last.atMs >= keptMs) last = { atMs: elapsedMs(), answer: check() };
    return last.answer;
  };
}

async function canStore(storage: Pick<KeyStorage, "transaction">): Promise<boolean> {
  const stored = storage.transaction(async () => true).catch(() => false);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([stored, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readDisk(directory: string | null): Promise<Readiness["disk"]> {
  if (directory === null) return "unknown";
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize < LEAST_FREE_BYTES ? "full" : "ok";
  } catch {
    return "unknown";
  }
}
