import { findTop, loadSetupIn, type ConfigReader } from "./load-config.ts";
import { SetupError, type Setup } from "./setup.ts";

/**
 * Gives what can be used of what a repository says about its scans. For the rest, a scan uses the defaults,
 * so that its report says what it could find, and that it is not whole.
 */
export async function usableSetup(setup: Promise<Setup>): Promise<Setup> {
  try {
    return await setup;
  } catch (error) {
    if (error instanceof SetupError) return error.usable;
    throw error;
  }
}

/** Reads what can be used from where `loadSetup` reads it. */
export async function loadUsableSetup({
  directory,
  env,
  learnFormats,
}: ConfigReader): Promise<Setup & { readonly top: string }> {
  const top = await findTop(directory, env);
  return { ...(await usableSetup(loadSetupIn(top, learnFormats))), top };
}
