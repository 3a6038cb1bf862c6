import { randomUUID } from "node:crypto";
import { chownSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { describeUnwritable } from "../describe-unwritable.ts";
import { replaceDurably } from "../durable-file.ts";
import { setVariable } from "./env-text.ts";
import type { Sink, SinkKind } from "./sink.ts";
import { SinkError, type SinkErrorCode } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";

/** More than a new line for a key needs. */
const blockBytes = 4096;

/** Writes the key into a `.env` file, which stays readable by its owner only. */
export const envFile: SinkKind = {
  ...sinkForms.env,
  summary: "a .env file: replaced atomically, mode 0600, the rest is kept",
  credentials: "none",
  example: "env:.env.production#API_KEY",
  open: (rest, target, { directory }): Sink => {
    const parts = splitField(rest);
    if (parts === null || !/^[A-Za-z_]\w*$/.test(parts.field)) throw badTarget(envFile, target);
    const { address, field } = parts;
    const path = resolve(directory, address);
    return {
      target,
      check: async () => {
        proveWritable(path);
      },
      deliver: async (secret, { rotation }) => {
        const value = secret.reveal();
        if (!/^[\w.~+/=:@-]+$/.test(value)) {
          throw new SinkError(
            "SINK_REFUSED",
            `the key has characters that ${address} cannot hold unambiguously`,
          );
        }
        return write(path, field, value, rotation);
      },
    };
  },
};

interface Current {
  /** Where the file really is, links resolved. */
  readonly path: string;
  readonly text: string;
  readonly owner: { readonly mode: number; readonly uid: number; readonly gid: number } | null;
}

function readCurrent(path: string): Current {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return { path, text: "", owner: null };
  const real = realpathSync(path);
  // As bytes: a file in any encoding that extends ASCII comes back unchanged.
  return { path: real, text: readFileSync(real, "latin1"), owner: statSync(real) };
}

/**
 * Writes a file of the same size beside it and removes it: a folder that is read-only or full is found out now, and not
 * when there is a new key that has nowhere to go.
 */
function proveWritable(path: string): void {
  attempt(path, () => {
    const { path: real, text } = readCurrent(path);
    const trial = join(dirname(real), `.${basename(real)}.keywarden-${randomUUID()}`);
    try {
      writeFileSync(trial, Buffer.alloc(text.length + blockBytes), { mode: 0o600, flag: "wx", flush: true });
    } finally {
      rmSync(trial, { force: true });
    }
  });
}

function write(path: string, name: string, value: string, rotation: string): string {
  const { path: real, text, owner } = attempt(path, () => readCurrent(path));
  // The same name in every try: what a crash left behind is removed by the next one.
  const temporary = join(dirname(real), `.${basename(real)}.keywarden-${rotation}`);
  const bytes = Buffer.from(setVariable(text, name, value), "latin1");
  try {
    rmSync(temporary, { force: true });
    replaceDurably(real, bytes, owner === null ? 0o600 : (owner.mode & 0o600) | 0o400, temporary);
    if (owner !== null && owner.uid !== process.getuid?.()) chownSync(real, owner.uid, owner.gid);
  } catch (error) {
    throw unwritable(path, isStill(path, text) ? "SINK_UNWRITABLE" : "SINK_REFUSED", error);
  }
  return owner === null
    ? `${name} written to the new file ${basename(real)}`
    : `${name} replaced in ${basename(real)}`;
}

/** Says whether a write that failed has changed nothing; what cannot be read again may be anything. */
function isStill(path: string, text: string): boolean {
  try {
    return readCurrent(path).text === text;
  } catch {
    return false;
  }
}

/** What fails here has changed nothing yet. */
function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw unwritable(path, "SINK_UNWRITABLE", error);
  }
}

function unwritable(path: string, code: SinkErrorCode, cause: unknown): SinkError {
  return new SinkError(code, `${path} cannot be written: ${describeUnwritable(cause)}`, { cause });
}
