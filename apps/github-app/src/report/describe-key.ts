import type { ReportedKey } from "./report.ts";

/** Names a key for people: `Aforo secret key sk_live_…s9t0 (production)`. */
export function describeKey({ providerName, kind, redacted, environment }: ReportedKey): string {
  return `${providerName === null ? "" : `${providerName} `}${kind} key ${redacted} (${environment})`;
}
