import { scanPaths, type ScanTools } from "@keywarden/repository-scan";
import { CliError } from "../cli-error.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import { progressBarOf } from "../progress.ts";
import { scanPacked } from "../packed/scan-packed.ts";
import type { Terminal } from "../terminal.ts";
import { openPackage } from "./open-package.ts";

/** Scans a package before it leaves for everybody: clean only when all of it was looked at. */
export async function scanPackage(
  { flags, operands }: ScanCall,
  terminal: Terminal,
  tools: ScanTools,
): Promise<void> {
  if (flags.agents || operands.length > 1) {
    throw new CliError("CLI_USAGE", "Scan one package at a time: a folder or a file.");
  }
  const { account } = tools;
  const opened = await openPackage(operands[0], terminal);
  const progress = progressBarOf(opened.kind === "files" ? "files" : "MiB", terminal);
  try {
    if (opened.kind === "files") {
      const { directory, env } = terminal;
      await scanPaths(
        { paths: opened.paths, includeIgnored: true },
        { directory, env },
        { ...tools, onProgress: progress.update },
      );
    } else await scanPacked(opened.file, tools, { onProgress: (done) => progress.update(done, null) });
  } finally {
    progress.finish();
  }
  account.requireSomethingLeft();
  if (opened.kind === "files") account.leaveNothingOut();
}
