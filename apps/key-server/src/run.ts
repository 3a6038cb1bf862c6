import { StorageError } from "@keywarden/storage";
import manifest from "../package.json" with { type: "json" };
import { backup } from "./backup.ts";
import { helpText } from "./help.ts";
import { KeyServerError } from "./key-server-error.ts";
import { readOptions } from "./options.ts";
import type { Process } from "./process.ts";
import { serve } from "./serve.ts";
import { verifyAudit } from "./verify-audit.ts";

/** Runs the program and gives its exit status: 0 done, 1 the audit was changed, 2 could not do its job. */
export async function run(process: Process): Promise<0 | 1 | 2> {
  try {
    return await runCommand(process);
  } catch (error) {
    process.stderr.write(`keywarden-server: ${sentenceOf(error)}\n`);
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    if (process.argv.includes("--debug")) process.stderr.write(`${stack}\n`);
    return 2;
  }
}

async function runCommand(process: Process): Promise<0 | 1> {
  const options = readOptions(process.argv, process.env);
  if (options.command === "audit-verify") return (await verifyAudit(options, process)) ? 0 : 1;
  if (options.command === "backup" || options.command === "restore") await backup(options, process);
  else if (options.command === "serve") await serve(options, process);
  else process.stdout.write(options.command === "help" ? helpText() : `${manifest.version}\n`);
  return 0;
}

function sentenceOf(error: unknown): string {
  if (error instanceof KeyServerError || error instanceof StorageError) return error.message;
  return "stopped by an error that it does not know; run again with --debug and report what it prints";
}
