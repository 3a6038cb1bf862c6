import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { answer } from "./git-in-process.ts";

/** Where git would run; the bare repository of the worlds. */
export interface GitContext {
  readonly directory: string;
}

interface Git {
  readonly child: { readonly stdin: PassThrough; readonly stdout: PassThrough; kill(): void };
  readonly ended: Promise<void>;
  readonly said: () => string;
}

/**
 * Stands in for `packages/git/src/process.ts` in the bundle that plays thousands of worlds: answers what the stages ask git,
 * over the same objects. `any-order.test.ts` holds the answers beside git's own.
 */
export function startGit(context: GitContext, args: readonly string[]): Git {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const answering = buffer(stdin).then((input) => {
    stdout.end(answer(context.directory, args, input.toString("latin1")));
  });
  answering.catch((cause: unknown) => stdout.destroy(cause instanceof Error ? cause : undefined));
  const kill = (): void => {
    stdin.destroy();
    stdout.destroy();
  };
  // A stream that nobody reads to its end was destroyed on purpose.
  for (const stream of [stdin, stdout]) stream.on("error", () => {});
  return { child: { stdin, stdout, kill }, ended: answering, said: () => "" };
}

export async function runGit(
  context: GitContext,
  args: readonly string[],
  _doing: string,
  input: string | Uint8Array = "",
): Promise<Buffer> {
  return answer(context.directory, args, Buffer.from(input).toString("latin1"));
}

export async function runGitEach(
  context: GitContext,
  calls: readonly { readonly args: readonly string[]; readonly input: string }[],
): Promise<readonly Buffer[]> {
  return calls.map(({ args, input }) => answer(context.directory, args, input));
}
