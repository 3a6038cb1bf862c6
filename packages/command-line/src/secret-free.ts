import { UsageError } from "./usage-error.ts";

// Loading the formats costs more than reading a command line, and hardly any word comes near one.
const mayBeSecret = /^(?:bearer\s+)?[a-z][a-z0-9]*_[\w-]{8,}$/i;

/**
 * Refuses a word that is a whole key or token: other users of the machine can read command lines, and logs keep them.
 *
 * @throws UsageError which does not repeat the word
 */
export async function requireSecretFree(source: string, text: string): Promise<void> {
  if (!mayBeSecret.test(text)) return;
  const { makeOutputRedactor } = await import("./redactor.ts");
  if (makeOutputRedactor().redact(text) === text) return;
  const what = /kwt_/i.test(text) ? "a token" : "a key";
  throw new UsageError(`${source}: that looks like ${what}; put it into a file.`);
}
