import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan/scanner";
import { defaultPolicy, judgeMatches, makeRedactor } from "@keywarden/scan";
import type { GuardTools } from "./decide.ts";

/** Makes what finds and masks the keys of these providers in texts. */
export function makeGuardTools(providers: readonly ProviderProfile[]): GuardTools {
  const scanner = scannerFor(providers);
  // Most events have nothing to be masked.
  let redactor: ReturnType<typeof makeRedactor> | null = null;
  return {
    findKeys: (text) =>
      judgeMatches(scanner.scanText(text), "", defaultPolicy)
        .findings.filter(({ action }) => action === "block")
        .map(({ redacted }) => redacted),
    // The redactor of streams knows keys with one body; those of several parts show only in a whole text.
    redact: (text) => {
      redactor ??= makeRedactor(providers);
      return redactWithin(Buffer.concat([redactor.push(text), redactor.flush()]).toString("utf8"), providers);
    },
  };
}
