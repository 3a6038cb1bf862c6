import { auditPolicyFor, type AuditPolicy, type HygieneSettings } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";
import type { HygieneDocument } from "@keywarden/repository-config";

/** Gives each provider's policy: its own words, keywarden.json and a preset, the strictest of them. */
export function makePolicyOf(
  providers: readonly ManagedProvider[],
  hygiene: HygieneDocument,
  preset: string | undefined,
): (provider: string) => AuditPolicy {
  const settings = settingsOf(hygiene, preset);
  const made = new Map<string, AuditPolicy>();
  return (id) => {
    const policy =
      made.get(id) ??
      auditPolicyFor(
        providers.find((provider) => provider.id === id),
        settings,
      );
    made.set(id, policy);
    return policy;
  };
}

function settingsOf(hygiene: HygieneDocument, preset: string | undefined): HygieneSettings {
  const { accept: _accept, minSeverity: _minSeverity, ...settings } = hygiene;
  if (preset === undefined) return settings;
  // A preset that is asked for now means its own days, whatever the file says.
  const { rotateEveryDays: _rotate, dormantAfterDays: _dormant, ...rest } = settings;
  return { ...rest, preset: preset === "cis45" ? "cis45" : "default90" };
}
