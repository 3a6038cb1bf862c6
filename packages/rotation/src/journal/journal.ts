import { existsSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { describeUnwritable } from "../describe-unwritable.ts";
import { appendDurably } from "../durable-file.ts";
import { RotationError } from "../rotation-error.ts";
import { readEntry, type JournalFact, type FactOf, type JournalEntry } from "./entry.ts";

/** The durable memory of one rotation. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Returns once the entry is on the disk. */
  append(fact: JournalFact): JournalEntry;
}

/** Makes the journal of a new rotation. @throws {@link RotationError} ROTATION_STATE */
export function createJournal(path: string, plan: FactOf<"planned">, clock: () => number): Journal {
  // A crash while its first line was written: nothing had been done, and the number can be used again.
  if (existsSync(path) && readJournal(path).entries.length === 0) attempt(path, () => rmSync(path));
  const journal = makeJournal(path, [], clock);
  journal.append(plan);
  return journal;
}

/**
 * Opens a journal to continue it. An unfinished last line, left by a crash while writing, is cut off.
 *
 * @throws {@link RotationError} ROTATION_STATE when any other line cannot be read
 */
export function openJournal(path: string, clock: () => number): Journal {
  const { entries, wholeBytes, isTorn } = readJournal(path);
  if (isTorn) attempt(path, () => truncateSync(path, wholeBytes));
  return makeJournal(path, entries, clock);
}

/** Reads a journal without touching it. @throws {@link RotationError} ROTATION_STATE */
export function readJournal(path: string): {
  readonly entries: readonly JournalEntry[];
  readonly wholeBytes: number;
  readonly isTorn: boolean;
} {
  const bytes = attempt(path, () => readFileSync(path));
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString("utf8", 0, wholeBytes).split("\n").slice(0, -1);
  const entries = lines.map((line, index) => {
    const entry = readEntry(line);
    if (entry?.sequence === index && (entry.type === "planned") === (index === 0)) return entry;
    throw new RotationError(
      "ROTATION_STATE",
      `line ${index + 1} of ${path} is not a journal entry; restore the file, or find the new key with "keywarden keys list" and revoke it there`,
    );
  });
  return { entries, wholeBytes, isTorn: wholeBytes < bytes.length };
}

function makeJournal(path: string, read: readonly JournalEntry[], clock: () => number): Journal {
  const entries = [...read];
  return {
    entries,
    append: (fact) => {
      const entry = { sequence: entries.length, atMs: clock(), ...fact };
      const line = Buffer.from(`${JSON.stringify(entry)}\n`, "utf8");
      attempt(path, () => appendDurably(path, line, entries.length === 0));
      entries.push(entry);
      return entry;
    },
  };
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new RotationError(
      "ROTATION_STATE",
      `the journal ${path} cannot be used: ${describeUnwritable(error)}`,
      { cause: error },
    );
  }
}
