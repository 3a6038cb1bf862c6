import type { ProviderProfile } from "@keywarden/key-format";
import type { Finding } from "../finding.ts";

/** Says what was found in a few words: `Aforo secret key, production (live)`. */
export function describeKey(finding: Finding, providers: readonly ProviderProfile[]): string {
  const { kind, environment, label } = finding;
  const place = environment === label ? environment : `${environment} (${label})`;
  return `${ownerOf(finding, providers)}${kind} key, ${place}`;
}

/** Says whose key it is or may be: `Aforo`, or `Aforo, Aero2 or Example`. */
function describeOwner(finding: Finding, providers: readonly ProviderProfile[]): string {
  const ids = finding.provider === null ? finding.candidates : [finding.provider];
  const names = ids.map((id) => providers.find((provider) => provider.id === id)?.name ?? id);
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

// Four names in a headline help nobody; the line below it names them.
function ownerOf(finding: Finding, providers: readonly ProviderProfile[]): string {
  return finding.provider === null ? "" : `${describeOwner(finding, providers)} `;
}
