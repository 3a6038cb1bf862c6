import { chownSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { replaceDurably } from "../durable-file.ts";
import { setVariable } from "./env-text.ts";
import type { Sink, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";

/** Writes the key into a `.env` file, which stays readable by its owner only. */
export const envFile: SinkKind = {
  scheme: "env",
  syntax: "<file>#<NAME>",
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
        attempt(path, () => {
          readCurrent(path);
          statSync(dirname(path));
        });
      },
      deliver: async (secret, { rotation }) => {
        const value = secret.reveal();
        if (!/^[\w.~+/=:@-]+$/.test(value)) {
          throw new SinkError(
            "SINK_REFUSED",
            `the key has characters that ${address} cannot hold unambiguously`,
          );
        }
        return attempt(path, () => write(path, field, value, rotation));
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

function write(path: string, name: string, value: string, rotation: string): string {
  const { path: real, text, owner } = readCurrent(path);
  // The same name in every try: what a crash left behind is removed by the next one.
  const temporary = join(dirname(real), `.${basename(real)}.keywarden-${rotation}`);
  rmSync(temporary, { force: true });
  const bytes = Buffer.from(setVariable(text, name, value), "latin1");
  replaceDurably(real, bytes, owner === null ? 0o600 : (owner.mode & 0o600) | 0o400, temporary);
  if (owner !== null && owner.uid !== process.getuid?.()) chownSync(real, owner.uid, owner.gid);
  return owner === null
    ? `${name} written to the new file ${basename(real)}`
    : `${name} replaced in ${basename(real)}`;
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof SinkError) throw error;
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new SinkError(
      "SINK_REFUSED",
      `${path} cannot be written${code}; check that its folder exists and who owns it`,
      {
        cause: error,
      },
    );
  }
}
