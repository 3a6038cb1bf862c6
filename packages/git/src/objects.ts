import { GitError } from "./git-error.ts";
import { requireObjectId } from "./object-id.ts";
import { startGit } from "./process.ts";
import type { Repository } from "./repository.ts";

export type ObjectType = "blob" | "commit" | "tree" | "tag";

export interface GitObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

/** A run of an object's bytes; the last one ends at `sizeBytes`, an empty object is one empty part. */
export interface ObjectPart {
  readonly id: string;
  readonly type: ObjectType;
  /** Of the whole object. */
  readonly sizeBytes: number;
  readonly offsetBytes: number;
  readonly bytes: Buffer;
}

/** Full ids, one by one or in groups. */
export type ObjectIds = Iterable<string> | AsyncIterable<string | readonly string[]>;

/** What an object's header says while its body is on the way. */
type Head = Omit<ObjectPart, "offsetBytes" | "bytes">;

/** An object that was asked for and could not be read. */
export interface UnreadObject {
  readonly id: string;
  /** Completes "object <id> …". */
  readonly reason: string;
}

export interface ReadOptions {
  /** Is told of every object that cannot be read, and the others are read all the same; absent: the first one is thrown. */
  readonly onUnread?: (object: UnreadObject) => void;
  /** Whether the ids may wait for objects to arrive; each group of them is then answered at once. */
  readonly isInteractive?: boolean;
}

const longestHeaderBytes = 256;
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
  if (ids instanceof Set && ids.size === 0) return;
  const source = makeIdSource(ids);
  try {
    // A git that meets a damaged object ends there; another one goes on behind it.
    for (let left: readonly string[] | null = []; left !== null;) {
      left = yield* readUntilDamage(repository, source, left, options);
    }
  } finally {
    source.close();
  }
}

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
  const parser = makeParser(asked, onUnread);
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

interface Parser {
  push(chunk: Buffer): Generator<ObjectPart, void, undefined>;
  end(): void;
  /** The ids that were asked for and not read whole, in order. */
  unanswered(): readonly string[];
}

function makeParser(asked: string[], onUnread: ReadOptions["onUnread"]): Parser {
  let answered = 0;
  let header: Buffer = Buffer.alloc(0);
  let head: Head | undefined;
  let offsetBytes = 0;
  let awaitsNewline = false;

  const beginObject = (line: string): Head | undefined => {
    if (answered >= 4096) {
      asked.splice(0, answered);
      answered = 0;
    }
    const id = asked[answered];
    answered += 1;
    if (id !== undefined && line === `${id} missing`) {
      if (onUnread !== undefined) {
        onUnread({ id, reason: "is not here" });
        return undefined;
      }
      throw new GitError(
        "GIT_OBJECT_MISSING",
        `object ${id} is not in this repository (partial or damaged clone?)`,
      );
    }
    const [answeredId, type, size] = line.split(" ");
    if (id === undefined || answeredId !== id || !isObjectType(type) || !/^\d{1,15}$/u.test(size ?? "")) {
      throw new GitError(
        "GIT_BAD_OUTPUT",
        `git answered ${JSON.stringify(line)} when asked for object ${id}`,
      );
    }
    return { id, type, sizeBytes: Number(size) };
  };

  return {
    *push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (awaitsNewline) {
          if (chunk[at] !== 0x0a)
            throw new GitError("GIT_BAD_OUTPUT", "git wrote an object longer than it announced");
          awaitsNewline = false;
          at += 1;
          continue;
        }
        if (head === undefined) {
          const lineEnd = chunk.indexOf(0x0a, at);
          const piece = chunk.subarray(at, lineEnd === -1 ? chunk.length : lineEnd);
          header = header.length === 0 ? piece : Buffer.concat([header, piece]);
          if (header.length > longestHeaderBytes) {
            throw new GitError("GIT_BAD_OUTPUT", "git wrote an object header that does not end");
          }
          if (lineEnd === -1) return;
          head = beginObject(header.toString("latin1"));
          header = Buffer.alloc(0);
          offsetBytes = 0;
          at = lineEnd + 1;
          if (head === undefined || head.sizeBytes > 0) continue;
        }
        const bytes = chunk.subarray(at, at + head.sizeBytes - offsetBytes);
        const part = { ...head, offsetBytes, bytes };
        at += bytes.length;
        offsetBytes += bytes.length;
        if (offsetBytes === head.sizeBytes) {
          head = undefined;
          awaitsNewline = true;
        }
        yield part;
      }
    },
    unanswered: () => asked.slice(head === undefined ? answered : answered - 1),
    end() {
      if (head !== undefined || header.length > 0 || awaitsNewline || answered !== asked.length) {
        throw new GitError(
          "GIT_BAD_OUTPUT",
          `git answered ${answered} of ${asked.length} objects and stopped`,
        );
      }
    },
  };
}

function isObjectType(text: string | undefined): text is ObjectType {
  return text === "blob" || text === "commit" || text === "tree" || text === "tag";
}
