import { GitError } from "../git-error.ts";
import { isZeroId } from "../object-id.ts";

/** One record of `--raw -z` with renames off. */
export interface RawDifference {
  /** A added, M modified, D deleted, T type changed, U unmerged. */
  readonly status: string;
  /** Octal: 100644, 100755, 120000 symbolic link, 160000 submodule, 000000 absent. */
  readonly oldMode: string;
  readonly newMode: string;
  /** Null where the side is absent; a submodule's commit where the mode is 160000. */
  readonly oldId: string | null;
  readonly newId: string | null;
  /** Bytes as git stores them, separated by `/`. */
  readonly path: Buffer;
}

/** @throws {@link GitError} GIT_BAD_OUTPUT for anything but complete records, because a record lost is a file unscanned. */
export function parseRawDifferences(output: Buffer): readonly RawDifference[] {
  const differences: RawDifference[] = [];
  for (let at = 0; at < output.length;) {
    const headerEnd = output.indexOf(0, at);
    const pathEnd = headerEnd === -1 ? -1 : output.indexOf(0, headerEnd + 1);
    if (pathEnd === -1) throw unreadable(at);
    differences.push(readDifference(output, at, headerEnd, pathEnd));
    at = pathEnd + 1;
  }
  return differences;
}

/**
 * Reads one record, `:<mode> <mode> <id> <id> <status>`, a zero byte and a path; a history has hundreds of thousands.
 *
 * @throws {@link GitError} GIT_BAD_OUTPUT for anything else.
 */
export function readDifference(
  output: Buffer,
  at: number,
  headerEnd: number,
  pathEnd: number,
): RawDifference {
  const idSize = (headerEnd - at - sizeWithoutIds) / 2;
  const oldIdAt = at + 15;
  const newIdAt = oldIdAt + idSize + 1;
  const statusAt = newIdAt + idSize + 1;
  const isWhole =
    (idSize === 40 || idSize === 64) &&
    output[at] === colon &&
    output[at + 7] === space &&
    output[oldIdAt - 1] === space &&
    output[newIdAt - 1] === space &&
    output[statusAt - 1] === space &&
    isEach(output, statusAt, statusAt + 1, isUpperCase) &&
    isEach(output, at + 1, at + 7, isOctal) &&
    isEach(output, at + 8, at + 14, isOctal) &&
    isEach(output, oldIdAt, oldIdAt + idSize, isHex) &&
    isEach(output, newIdAt, newIdAt + idSize, isHex) &&
    pathEnd > headerEnd + 1;
  if (!isWhole) throw unreadable(at);
  // A substring keeps the whole string in memory, and an index may have a hundred thousand entries: ids are copied.
  return {
    status: shared(output.toString("latin1", statusAt, statusAt + 1)),
    oldMode: modeAt(output, at + 1),
    newMode: modeAt(output, at + 8),
    oldId: presentId(output.toString("latin1", oldIdAt, oldIdAt + idSize)),
    newId: presentId(output.toString("latin1", newIdAt, newIdAt + idSize)),
    path: output.subarray(headerEnd + 1, pathEnd),
  };
}

const unreadable = (at: number): GitError =>
  new GitError("GIT_BAD_OUTPUT", `git wrote a difference that cannot be read, at byte ${at}`);

// A colon, two modes, a status and what parts them.
const sizeWithoutIds = 18;
const colon = 0x3a;
const space = 0x20;

const isOctal = (byte: number): boolean => byte >= 0x30 && byte <= 0x37;
const isHex = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
const isUpperCase = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

function isEach(bytes: Buffer, start: number, end: number, isKnown: (byte: number) => boolean): boolean {
  for (let at = start; at < end; at += 1) if (!isKnown(bytes[at] ?? 0)) return false;
  return true;
}

// Modes and states are few.
const sharedTexts = new Map<string, string>();
const modes = new Map<number, string>();

function shared(text: string): string {
  const known = sharedTexts.get(text);
  if (known === undefined) sharedTexts.set(text, text);
  return known ?? text;
}

function modeAt(output: Buffer, start: number): string {
  let number = 0;
  for (let at = start; at < start + 6; at += 1) number = number * 8 + ((output[at] ?? 0) & 7);
  const known = modes.get(number);
  if (known !== undefined) return known;
  const text = output.toString("latin1", start, start + 6);
  modes.set(number, text);
  return text;
}

const presentId = (id: string): string | null => (id.startsWith("00000000") && isZeroId(id) ? null : id);
