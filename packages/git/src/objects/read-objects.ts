import { GitError } from "../git-error.ts";
import { requireObjectId } from "../object-id.ts";
import { startGit } from "../process.ts";
import type { Repository } from "../repository.ts";
import { checkLoose } from "./content-check.ts";
import type { GitObject, ObjectPart, ReadOptions } from "./git-object.ts";
import { makeObjectParser } from "./object-parser.ts";
import { askKept, mostKeptIds } from "./kept-reader.ts";
import { readLooseObjects } from "./loose-objects.ts";

/** Full ids, one by one or in groups. */
export type ObjectIds = Iterable<string> | AsyncIterable<string | readonly string[]>;

const idBatchBytes = 8 * 1024;

/**
 * Reads whole objects, each as large as it is, in the order of the ids.
 *
 * The ids may be endless and may come while objects are read, but must not wait for an object to arrive unless the reading
 * is interactive.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING for an id that is not here, GIT_BAD_INPUT for an id that is not full hex.
 */
export async function* readObjects(
  repository: Repository,
  ids: ObjectIds,
  options: ReadOptions = {},
): AsyncGenerator<GitObject, void, undefined> {
  let parts: Buffer[] = [];
  for await (const part of readObjectParts(repository, ids, options)) {
    const { id, type, sizeBytes, offsetBytes, bytes } = part;
    const isLast = offsetBytes + bytes.length === sizeBytes;
    // The object before this one may have broken off.
    if (offsetBytes === 0) parts = [];
    if (isLast && offsetBytes === 0) {
      yield { id, type, bytes };
      continue;
    }
    parts.push(bytes);
    if (!isLast) continue;
    const whole = Buffer.concat(parts, sizeBytes);
    parts = [];
    yield { id, type, bytes: whole };
  }
}

/**
 * Reads objects in parts as git delivers them, so that memory stays flat whatever their size. An object that breaks off has
 * no last part.
 *
 * @throws {@link GitError} as {@link readObjects} does.
 */
export async function* readObjectParts(
  repository: Repository,
  ids: ObjectIds,
  options: ReadOptions = {},
): AsyncGenerator<ObjectPart, void, undefined> {
  for await (const parts of readObjectBatches(repository, ids, options)) yield* parts;
}

/**
 * Reads objects as {@link readObjectParts} does, with all parts that arrive together in one step: waiting for each of a
 * hundred thousand small objects would cost more than reading them.
 *
 * @throws {@link GitError} as {@link readObjects} does.
 */
export async function* readObjectBatches(
  repository: Repository,
  ids: ObjectIds,
  options: ReadOptions = {},
): AsyncGenerator<readonly ObjectPart[], void, undefined> {
  if (ids instanceof Set && options.isInteractive !== true) {
    const loose = readLooseObjects(repository, ids as ReadonlySet<string>, options.takesAsWritten);
    const few = loose ?? (await readKept(repository, ids as ReadonlySet<string>));
    if (few !== null) {
      if (few.length > 0) yield few.map(inOnePart);
      return;
    }
  }
  const batches = readBySource(repository, makeIdSource(ids), options);
  const isUnchecked = options.isInteractive === true || options.takesAsWritten === true;
  yield* isUnchecked ? batches : checkLoose(repository, batches, options.onUnread);
}

async function* readBySource(
  repository: Repository,
  source: IdSource,
  options: ReadOptions,
): AsyncGenerator<readonly ObjectPart[], void, undefined> {
  try {
    // A git that meets a damaged object ends there; another one goes on behind it.
    for (let left: readonly string[] | null = []; left !== null;) {
      left = yield* readUntilDamage(repository, source, left, options);
    }
  } finally {
    source.close();
  }
}

const mostKeptBytes = 4 * 1024 * 1024;

/** Reads a few small objects through the git that is kept for a mirror; `null` where another way is better. */
async function readKept(
  repository: Repository,
  ids: ReadonlySet<string>,
): Promise<readonly GitObject[] | null> {
  if (ids.size > mostKeptIds) return null;
  const names = [...ids].map(requireObjectId);
  const found = (await askKept(repository, "info", names))?.filter((one) => one !== null);
  if (found?.length !== names.length) return null;
  if (found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > mostKeptBytes) return null;
  const read = (await askKept(repository, "contents", names))?.filter((one) => one !== null);
  return read?.length === names.length ? read : null;
}

const inOnePart = (object: GitObject): ObjectPart => ({
  ...object,
  sizeBytes: object.bytes.length,
  offsetBytes: 0,
});

/** Gives groups of ids one after the other; one that somebody waited for in vain goes to whoever asks next. */
interface IdSource {
  /** Settles with the next group, the same one until it is taken. */
  peek(): Promise<IteratorResult<string | readonly string[], unknown>>;
  take(): void;
  close(): void;
}

function makeIdSource(ids: ObjectIds): IdSource {
  const groups = Symbol.asyncIterator in ids ? ids[Symbol.asyncIterator]() : ids[Symbol.iterator]();
  let next: ReturnType<IdSource["peek"]> | undefined;
  return {
    peek: () => (next ??= Promise.resolve(groups.next())),
    take: () => {
      next = undefined;
    },
    // Not awaited: whoever gives the ids may wait for an object that nobody reads any more.
    close: () => void Promise.resolve(groups.return?.()).catch(() => {}),
  };
}

// Gives the ids that were asked for and not answered where git ended at a damaged object; `null` when all is read.
async function* readUntilDamage(
  repository: Repository,
  source: IdSource,
  first: readonly string[],
  { onUnread, isInteractive = false }: ReadOptions,
): AsyncGenerator<readonly ObjectPart[], readonly string[] | null, undefined> {
  const args = ["cat-file", "--batch", ...(isInteractive ? [] : ["--buffer"])];
  const { child, ended } = startGit(repository, args, "read objects");
  const asked: string[] = [];
  const feeding = feed({ source, first, asked, stdin: child.stdin, isInteractive });
  let feedingFailure: { readonly cause: unknown } | undefined;
  feeding.done.catch((cause: unknown) => {
    feedingFailure = { cause };
    child.kill();
  });
  const parser = makeObjectParser(asked, onUnread);
  let isFinished = false;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield [...parser.push(chunk)];
    if (feedingFailure === undefined) {
      await ended;
      await feeding.done;
      parser.end();
    }
    isFinished = true;
  } catch (error) {
    if (onUnread === undefined || feedingFailure !== undefined || !isDamage(error)) throw error;
    feeding.stop();
    await feeding.idle();
    const [culprit, ...left] = parser.unanswered();
    if (culprit === undefined) throw error;
    onUnread({ id: culprit, reason: "is damaged: git cannot read it" });
    return left;
  } finally {
    feeding.stop();
    if (!isFinished) child.kill();
  }
  if (feedingFailure !== undefined) throw feedingFailure.cause;
  return null;
}

// git says in many words that an object is damaged, and in none of them when somebody ends it.
const isDamage = (error: unknown): boolean =>
  error instanceof GitError &&
  (error.code === "GIT_OBJECT_MISSING" || error.code === "GIT_FAILED") &&
  /git exited with \d+/u.test(error.message);

interface Feeding {
  readonly done: Promise<void>;
  stop(): void;
  /** Settles when no group is half asked for. */
  idle(): Promise<void>;
}

interface Feed {
  readonly source: IdSource;
  /** Asked for before what the source gives. */
  readonly first: readonly string[];
  /** Takes every id that git is asked for. */
  readonly asked: string[];
  readonly stdin: NodeJS.WritableStream & { readonly destroyed?: boolean };
  readonly isInteractive: boolean;
}

// Ids are written while bodies are read: git stops reading ids while nobody reads its bodies.
function feed({ source, first, asked, stdin, isInteractive }: Feed): Feeding {
  let isStopped = false;
  let wake: (() => void) | undefined;
  const wakeUp = (): void => wake?.();
  stdin.on("drain", wakeUp);
  stdin.on("close", wakeUp);
  let batch = "";
  const isOver = (): boolean => isStopped || stdin.destroyed === true;
  const flush = async (): Promise<void> => {
    const hasRoom = batch === "" || stdin.write(batch, "latin1");
    batch = "";
    if (hasRoom || isOver()) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const ask = async (group: string | readonly string[]): Promise<void> => {
    for (const id of typeof group === "string" ? [group] : group) {
      asked.push(requireObjectId(id));
      // What is asked for when git is gone already is asked of the next one.
      if (isOver()) continue;
      batch += `${id}\n`;
      if (batch.length >= idBatchBytes) await flush();
    }
    if (isInteractive) await flush();
  };
  let asking: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    if (first.length > 0) await (asking = ask(first));
    while (!isOver()) {
      const next = await source.peek();
      if (isOver()) return;
      source.take();
      if (next.done === true) break;
      await (asking = ask(next.value));
    }
    if (isOver()) return;
    await flush();
    stdin.end();
  };
  return {
    done: write(),
    idle: () => asking,
    stop: () => {
      isStopped = true;
      wakeUp();
    },
  };
}
