import type { ProviderProfile } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { createRedactor, defaultPolicy, judge } from "@keywarden/scan";
import type { GuardTools } from "./decide.ts";

/** Makes what finds and masks the keys of these providers in texts. */
export function makeGuardTools(providers: readonly ProviderProfile[]): GuardTools {
  const scanner = scannerFor(providers);
  const redactor = createRedactor({ providers });
  return {
    findKeys: (text) =>
      judge(scanner.scanText(text), "", defaultPolicy)
        .findings.filter(({ action }) => action === "block")
        .map(({ redacted }) => redacted),
    redact: (text) => Buffer.concat([redactor.push(text), redactor.flush()]).toString("utf8"),
  };
}
