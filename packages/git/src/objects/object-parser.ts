import { GitError } from "../git-error.ts";
import type { ObjectPart, ObjectType, ReadOptions } from "./git-object.ts";

/** What an object's header says while its body is on the way. */
type Head = Omit<ObjectPart, "offsetBytes" | "bytes">;

const longestHeaderBytes = 256;

/** Cuts what `git cat-file --batch` writes into parts of objects. */
export interface ObjectParser {
  push(chunk: Buffer): Generator<ObjectPart, void, undefined>;
  end(): void;
  /** The ids that were asked for and not read whole, in order. */
  unanswered(): readonly string[];
}

/** `asked` holds the ids that git was asked for, in order; those that were answered leave it by and by. */
export function makeObjectParser(asked: string[], onUnread: ReadOptions["onUnread"]): ObjectParser {
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
