import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";
import { openDataDirectory } from "@keywarden/storage/data-directory";
import { appendDurably, syncDirectory } from "./durable-file.ts";
import { createJournal, openJournal, readJournal, type Journal } from "./journal/journal.ts";
import type { FactOf } from "./journal/entry.ts";
import { replay, type RotationState } from "./journal/replay.ts";
import { RotationError } from "./rotation-error.ts";
import { sealingKeyBytes } from "./seal.ts";

/** The rotations of one user on one machine: journals, sealing keys and locks below one directory of mode 0700. */
export interface RotationStore {
  create(plan: FactOf<"planned">): Journal;
  /** @throws {@link RotationError} ROTATION_UNKNOWN, ROTATION_STATE */
  open(rotation: string): Journal;
  /** Every rotation, oldest first. A journal that cannot be read is listed with its problem. */
  list(): readonly ListedRotation[];
  /** The sealing key of a rotation; created on first use, null once destroyed. */
  sealingKey(rotation: string, mayCreate: boolean): Uint8Array | null;
  /** Makes everything that the rotation sealed unreadable for ever. */
  destroySealingKey(rotation: string): void;
  /**
   * Takes a key for this process; the system frees it however the process ends.
   *
   * @throws {@link RotationError} ROTATION_LOCKED
   */
  lock(server: string, keyId: string): { release(): void };
}

export type ListedRotation =
  | { readonly rotation: string; readonly state: RotationState; readonly problem?: never }
  | { readonly rotation: string; readonly state?: never; readonly problem: string };

/** Opens the store, which is made on first use. */
export function openRotationStore(directory: string, clock: () => number): RotationStore {
  const folder = (name: string): string => {
    const path = join(directory, name);
    makeFolder(path, { mode: 0o700 });
    return path;
  };
  const journalFile = (rotation: string) => join(folder("journals"), `${rotation}.jsonl`);
  // Separate from the journals: a copy of the journals alone contains nothing secret.
  const keyFile = (rotation: string) => join(folder("sealing-keys"), `${rotation}.key`);

  return {
    create: (plan) => createJournal(journalFile(plan.rotation), plan, clock),
    open: (rotation) => {
      const path = journalFile(rotation);
      if (!/^[0-9a-f]{8}$/.test(rotation) || !existsSync(path)) {
        throw new RotationError(
          "ROTATION_UNKNOWN",
          `there is no rotation ${JSON.stringify(rotation)} in ${directory}; keywarden rotate --list shows them`,
        );
      }
      return openJournal(path, clock);
    },
    list: () =>
      readdirSync(folder("journals"))
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => name.slice(0, -".jsonl".length))
        .map((rotation) => listOne(rotation, journalFile(rotation)))
        .sort((one, other) => (one.state?.plannedAtMs ?? 0) - (other.state?.plannedAtMs ?? 0)),
    sealingKey: (rotation, mayCreate) => {
      const path = keyFile(rotation);
      const read = existsSync(path) ? readFileSync(path) : null;
      if (read?.length === sealingKeyBytes) return read;
      if (!mayCreate) return null;
      // A short file is what a crash left before anything could be sealed with it.
      rmSync(path, { force: true });
      const key = randomBytes(sealingKeyBytes);
      appendDurably(path, key, true);
      return key;
    },
    destroySealingKey: (rotation) => {
      const path = keyFile(rotation);
      if (!existsSync(path)) return;
      rmSync(path);
      syncDirectory(folder("sealing-keys"));
    },
    lock: (server, keyId) => {
      const name = createHash("sha256").update(`${server}\n${keyId}`, "utf8").digest("hex").slice(0, 32);
      return takeLock(join(folder("locks"), name), keyId);
    },
  };
}

function listOne(rotation: string, path: string): ListedRotation {
  try {
    const { entries } = readJournal(path);
    // A crash while the very first line was written: nothing had been done yet.
    if (entries.length === 0)
      return { rotation, problem: "it ended before it was planned; nothing was changed" };
    return { rotation, state: replay(entries) };
  } catch (error) {
    if (error instanceof RotationError) return { rotation, problem: error.message };
    throw error;
  }
}

function takeLock(path: string, keyId: string): { release(): void } {
  try {
    return openDataDirectory(path);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "STORAGE_LOCKED") {
      throw new RotationError(
        "ROTATION_LOCKED",
        `another keywarden on this machine is rotating ${keyId} right now; wait for it or end it first`,
        { cause: error },
      );
    }
    throw new RotationError("ROTATION_STATE", error.message, { cause: error });
  }
}
