import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a process to its end with its output thrown away. @throws Error when it ends with another status than `expected`. */
export async function runOnce(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly expected: number },
): Promise<void> {
  const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: "ignore" });
  const [status] = await once(child, "exit");
  if (status !== options.expected) {
    throw new Error(`${file} ${args.join(" ")} ended with ${String(status)}, not ${options.expected}`);
  }
}
