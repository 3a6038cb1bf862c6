import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a process to its end with its output thrown away. @throws Error when it ends with another status than `expected`. */
export async function runOnce(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly expected: number;
    /** What stands on its standard input; nothing unless given. */
    readonly input?: string;
  },
): Promise<void> {
  const { cwd, env, input } = options;
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: [input === undefined ? "ignore" : "pipe", "ignore", "ignore"],
  });
  child.stdin?.end(input);
  const [status] = await once(child, "exit");
  if (status !== options.expected) {
    throw new Error(`${file} ${args.join(" ")} ended with ${String(status)}, not ${options.expected}`);
  }
}
