import type { ExposureStorage } from "@keywarden/storage";
import type { AppConfig } from "../config.ts";

/** Overrules the mode of the config, for every process that shares the storage. */
export const modeControl = "mode";

/** Gives the config with the mode that a person set last, or with its own. */
export async function withChosenMode(
  config: AppConfig,
  { controls }: Pick<ExposureStorage, "controls">,
): Promise<AppConfig> {
  const mode = (await controls.get(modeControl))?.value;
  return mode === "armed" || mode === "dry-run" ? { ...config, mode } : config;
}
