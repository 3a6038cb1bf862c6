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

const longestHeaderBytes = 256;
const idBatchBytes = 8 * 1024;

/**
 * Reads whole objects, each as large as it is, in the order of the ids and through one git process.
 *
 * The ids may be endless and may come while objects are read, but must not wait for an object to arrive.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING for an id that is not here, GIT_BAD_INPUT for an id that is not full hex.
 */
export async function* readObjects(
  repository: Repository,
  ids: ObjectIds,
): AsyncGenerator<GitObject, void, undefined> {
  let parts: Buffer[] = [];
  for await (const { id, type, sizeBytes, offsetBytes, bytes } of readObjectParts(repository, ids)) {
    const isLast = offsetBytes + bytes.length === sizeBytes;
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
 * Reads objects in parts as git delivers them, so that memory stays flat whatever their size.
 *
 * @throws {@link GitError} as {@link readObjects} does.
 */
export async function* readObjectParts(
  repository: Repository,
  ids: ObjectIds,
): AsyncGenerator<ObjectPart, void, undefined> {
  for await (const parts of readObjectBatches(repository, ids)) yield* parts;
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
): AsyncGenerator<readonly ObjectPart[], void, undefined> {
  if (ids instanceof Set && ids.size === 0) return;
  const { child, ended } = startGit(repository, ["cat-file", "--batch", "--buffer"], "read objects");
  const asked: string[] = [];
  const feeding = feed(ids, asked, child.stdin);
  let feedingFailure: { readonly cause: unknown } | undefined;
  feeding.done.catch((cause: unknown) => {
    feedingFailure = { cause };
    child.kill();
  });
  let isFinished = false;
  try {
    const parser = makeParser(asked);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield [...parser.push(chunk)];
    if (feedingFailure === undefined) {
      await ended;
      await feeding.done;
      parser.end();
    }
    isFinished = true;
  } finally {
    feeding.stop();
    if (!isFinished) child.kill();
  }
  if (feedingFailure !== undefined) throw feedingFailure.cause;
}

interface Feeding {
  readonly done: Promise<void>;
  stop(): void;
}

// Ids are written while bodies are read: git stops reading ids while nobody reads its bodies.
function feed(
  ids: ObjectIds,
  asked: string[],
  stdin: NodeJS.WritableStream & { readonly destroyed?: boolean },
): Feeding {
  let isStopped = false;
  let wake: (() => void) | undefined;
  const wakeUp = (): void => wake?.();
  stdin.on("drain", wakeUp);
  stdin.on("close", wakeUp);
  const write = async (): Promise<void> => {
    let batch = "";
    const flush = async (): Promise<void> => {
      const hasRoom = batch === "" || stdin.write(batch, "latin1");
      batch = "";
      if (hasRoom || stdin.destroyed === true) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    };
    for await (const group of ids) {
      for (const id of typeof group === "string" ? [group] : group) {
        if (isStopped || stdin.destroyed === true) return;
        asked.push(requireObjectId(id));
        batch += `${id}\n`;
        if (batch.length >= idBatchBytes) await flush();
      }
    }
    await flush();
    stdin.end();
  };
  return {
    done: write(),
    stop: () => {
      isStopped = true;
      wakeUp();
    },
  };
}

interface Parser {
  push(chunk: Buffer): Generator<ObjectPart, void, undefined>;
  end(): void;
}

function makeParser(asked: string[]): Parser {
  let answered = 0;
  let header: Buffer = Buffer.alloc(0);
  let head: Head | undefined;
  let offsetBytes = 0;
  let awaitsNewline = false;

  const beginObject = (line: string): Head => {
    const id = asked[answered];
    answered += 1;
    if (answered >= 4096) {
      asked.splice(0, answered);
      answered = 0;
    }
    if (line === `${id} missing`) {
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
          if (head.sizeBytes > 0) continue;
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
