import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { GitError } from "../git-error.ts";
import { startGit } from "../process.ts";
import type { Repository } from "../repository.ts";
import type { ObjectType } from "./git-object.ts";

/** What git says of an object; its bytes where they were asked for. */
export interface KeptAnswer {
  readonly id: string;
  readonly type: ObjectType;
  readonly sizeBytes: number;
  readonly bytes: Buffer;
}

/** Answers questions about objects one after another, without a process for each of them. */
interface KeptReader {
  /** Gives an answer for each name, `null` for what is not here; rejects where git ends before that. */
  ask(how: "info" | "contents", names: readonly string[]): Promise<readonly (KeptAnswer | null)[]>;
}

/** As many as a small push has; more are read in parts, by a git of their own. */
export const mostKeptIds = 200;

/** After so long without a question it ends; a process that holds a pack open keeps its room on the disk. */
const lingerMs = 2_000;

const kept = new Map<string, KeptReader>();
let isKnownByGit = true;

/**
 * Asks the git that is kept for a mirror: starting one takes longer the more memory this process has, and waits for nothing
 * but that. `null` where none is kept, or where git had better be asked anew: it is older than 2.36, or has met damage.
 */
export async function askKept(
  repository: Repository,
  how: "info" | "contents",
  names: readonly string[],
): Promise<readonly (KeptAnswer | null)[] | null> {
  if (repository.keepsReader !== true || !isKnownByGit) return null;
  if (names.length === 0) return [];
  if (names.some((name) => /[\0\n]/u.test(name))) return null;
  try {
    const reader = kept.get(repository.gitDirectory) ?? start(repository);
    kept.set(repository.gitDirectory, reader);
    return await reader.ask(how, names);
  } catch {
    // Whatever it is, the git that is asked next says it.
    return null;
  }
}

/** Ends the git that is kept for a mirror, whose objects are about to go. */
export function forgetKept(gitDirectory: string): void {
  kept.delete(gitDirectory);
}

interface Question {
  readonly how: "info" | "contents";
  readonly count: number;
  readonly answers: (KeptAnswer | null)[];
  readonly resolve: (answers: readonly (KeptAnswer | null)[]) => void;
  readonly reject: (cause: unknown) => void;
}

function start(repository: Repository): KeptReader {
  const { child, ended } = startGit(repository, ["cat-file", "--batch-command"], "read objects");
  const questions: Question[] = [];
  let said: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const stop = (cause: unknown): void => {
    clearTimeout(timer);
    if (kept.get(repository.gitDirectory) === reader) kept.delete(repository.gitDirectory);
    child.stdin.end();
    for (const { reject } of questions.splice(0)) reject(cause);
  };
  const answer = (): void => {
    for (let [question] = questions; question !== undefined; [question] = questions) {
      const next = readAnswer(said, question.how);
      if (next === null) return;
      said = said.subarray(next.lengthBytes);
      question.answers.push(next.answer);
      if (question.answers.length < question.count) continue;
      questions.shift();
      question.resolve(question.answers);
    }
    setAwaited(child, false);
    timer = setTimeout(() => stop(new Error("nothing was asked for long")), lingerMs).unref();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    said = said.length === 0 ? chunk : Buffer.concat([said, chunk]);
    try {
      answer();
    } catch (cause) {
      child.kill();
      stop(cause);
    }
  });
  const over = (cause: unknown): void => {
    if (/unknown option|usage: git cat-file/u.test(String(cause))) isKnownByGit = false;
    stop(cause);
  };
  ended.then(() => over(new Error("git has ended")), over);
  const reader: KeptReader = {
    ask: (how, names) =>
      new Promise((resolve, reject) => {
        clearTimeout(timer);
        setAwaited(child, true);
        questions.push({ how, count: names.length, answers: [], resolve, reject });
        child.stdin.write(names.map((name) => `${how} ${name}\n`).join(""));
      }),
  };
  return reader;
}

/** Reads the answer with which the bytes begin; `null` while it is not all there. */
function readAnswer(
  said: Buffer,
  how: Question["how"],
): { readonly answer: KeptAnswer | null; readonly lengthBytes: number } | null {
  const lineEnd = said.indexOf(0x0a);
  if (lineEnd === -1) return null;
  const line = said.toString("latin1", 0, lineEnd);
  const head = /^(?<id>[0-9a-f]{40,64}) (?<type>commit|tree|blob|tag) (?<size>\d{1,15})$/u.exec(line)?.groups;
  if (head === undefined) {
    if (!/ (?:missing|ambiguous)$/u.test(line))
      throw new GitError("GIT_BAD_OUTPUT", "git answered something else");
    return { answer: null, lengthBytes: lineEnd + 1 };
  }
  const sizeBytes = Number(head["size"]);
  const end = how === "info" ? lineEnd + 1 : lineEnd + 1 + sizeBytes + 1;
  if (said.length < end) return null;
  // A copy: what git wrote comes in large pieces, which a small object would keep in memory.
  const bytes = how === "info" ? Buffer.alloc(0) : Buffer.from(said.subarray(lineEnd + 1, end - 1));
  const answer = { id: head["id"] ?? "", type: head["type"] as ObjectType, sizeBytes, bytes };
  return { answer, lengthBytes: end };
}

/** A process that nobody waits for keeps this one from its end no longer; it ends with its standard input. */
function setAwaited(child: ChildProcessWithoutNullStreams, isAwaited: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr] as readonly {
    ref?(): void;
    unref?(): void;
  }[]) {
    if (isAwaited) part.ref?.();
    else part.unref?.();
  }
}
