import { readSync, writeSync } from "node:fs";
import type nodeModule from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { answerQuickly } from "./guard-quick.ts";
import type { answerAlone } from "./guard/answer-alone.ts";
import { loadCompiled } from "./load-compiled.ts";
import type { CompiledBundle } from "./load-compiled.ts";

/**
 * Answers one event of an agent on standard input without the rest of the program. Where it gives `false` the rest has to,
 * and finds the event on standard input all the same.
 *
 * @param args what follows `guard check`
 * @param asked the process that answers
 */
export function answerCheck(
  args: readonly string[],
  asked: NodeJS.Process,
  load: ReturnType<typeof nodeModule.createRequire>,
  cacheFolder: string,
): boolean {
  const input = readInput();
  const bundle = (name: string): CompiledBundle =>
    loadCompiled(join(import.meta.dirname, name), load, cacheFolder);
  const quick = bundle("guard-quick.cjs");
  let alone: CompiledBundle | undefined;
  const loadAlone = (): typeof answerAlone => {
    alone = bundle("guard-alone.cjs");
    return (alone.exports as { answerAlone: typeof answerAlone }).answerAlone;
  };
  const { answerQuickly: answerOf } = quick.exports as { answerQuickly: typeof answerQuickly };
  const answer = answerOf(args, input, asked.cwd(), asked.env, loadAlone);
  if (answer === null) {
    const stream = load("node:stream") as { readonly Readable: typeof Readable };
    // Standard input can be read once.
    Object.defineProperty(asked, "stdin", { value: stream.Readable.from([input]) });
    return false;
  }
  const { json = {}, text, status } = answer;
  const shown = JSON.stringify(json);
  if (answer.json !== undefined) writeOut(1, `${shown}\n`);
  if (text !== undefined) writeOut(2, `${text}\n`);
  asked.exitCode = status;
  quick.keep(true);
  // Only a key has everything run that finds one.
  if (shown !== "{}" || text !== undefined) alone?.keep(true);
  return true;
}

// Node's streams take longer to load than all of the answer.
function writeOut(descriptor: 1 | 2, text: string): void {
  for (let rest: Buffer = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
}

/** Waits a moment where the other end of a pipe is not ready, and says so. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "EAGAIN") return false;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  return true;
}

function readInput(): Buffer {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const chunk = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    try {
      const size = readSync(0, chunk);
      if (size === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(chunk.subarray(0, size)));
      sizeBytes += size;
      // The long way refuses an event of this size.
      if (sizeBytes > 33 * 1024 * 1024) return Buffer.concat(chunks);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EOF") return Buffer.concat(chunks);
      if (!isBusy(error)) throw error;
    }
  }
}
