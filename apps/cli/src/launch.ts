import { readSync } from "node:fs";
import nodeModule from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { answerQuickly } from "./guard-quick.ts";
import type { answerAlone } from "./guard/answer-alone.ts";

// Compiled code is cached only where writing needs the same rights as changing the program; elsewhere it is compiled each time.
nodeModule.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
const load = nodeModule.createRequire(import.meta.filename);

const [first, second, ...rest] = process.argv.slice(2);
// Every commit and every push waits for these.
const isAwaited =
  (first === "scan" && second === "--staged" && rest.length === 0) ||
  (first === "hook" && ["commit-msg", "pre-push", "pre-receive"].includes(second ?? ""));
if (first === "guard" && second === "check") {
  // An agent waits for each answer, and most events need nothing of the rest.
  if (!answered()) load("./staged.cjs");
} else if (isAwaited) {
  load("./staged.cjs");
} else {
  const { answer } = load("./early.cjs") as { answer: (asked: NodeJS.Process) => Promise<number | null> };
  void answer(process).then((status) => {
    if (status === null) load("./staged.cjs");
    else process.exitCode = status;
  });
}

function answered(): boolean {
  const input = readInput();
  const check = [process.argv.slice(4), input, process.cwd(), process.env] as const;
  const { answerQuickly: quickly } = load("./guard-quick.cjs") as { answerQuickly: typeof answerQuickly };
  const alone = (): typeof answerAlone =>
    (load("./guard-alone.cjs") as { answerAlone: typeof answerAlone }).answerAlone;
  const answer = quickly(...check, alone);
  if (answer === null) {
    const stream = load("node:stream") as { readonly Readable: typeof Readable };
    // Standard input can be read once.
    Object.defineProperty(process, "stdin", { value: stream.Readable.from([input]) });
    return false;
  }
  if (answer.json !== undefined) process.stdout.write(`${JSON.stringify(answer.json)}\n`);
  if (answer.text !== undefined) process.stderr.write(`${answer.text}\n`);
  process.exitCode = answer.status;
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
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EOF") return Buffer.concat(chunks);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
