import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { valueAnywhere } from "@keywarden/command-line";
import type { AppProcess } from "./process.ts";

/** Names the config and the file that it names for the definitions of providers, whatever else is wrong with it. */
export function formatFiles(process: Pick<AppProcess, "argv" | "env">): readonly string[] {
  return valueAnywhere(process, "config", "KEYWARDEN_CONFIG").flatMap((config) => [
    config,
    ...definitionFilesOf(config),
  ]);
}

function definitionFilesOf(config: string): readonly string[] {
  try {
    const names = readFileSync(config, "utf8").matchAll(/"definitions"\s*:\s*"([^"\\\n]+)"/g);
    return Array.from(names, ([, name = ""]) => resolve(dirname(config), name));
  } catch {
    return [];
  }
}
