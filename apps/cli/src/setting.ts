import type { Options } from "./options.ts";

/** Gives what the command line says, else what the environment says; undefined when both are silent. */
export function settingOf(name: string, { settings }: Options): string | undefined {
  return settings.get(name);
}
