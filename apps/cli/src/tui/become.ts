import { pathToFileURL } from "node:url";

/** Runs another program's file in this process, as if it had been started itself, and never comes back. */
export async function become(process: NodeJS.Process, file: string, args: readonly string[]): Promise<never> {
  // How a failed write ends the process is the other program's to say.
  process.stdout.removeAllListeners("error");
  process.exitCode = undefined;
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
  return new Promise<never>(() => {});
}
