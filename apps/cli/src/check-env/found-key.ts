import { validateKey, type Environment, type KeyKind, type ProviderProfile } from "@keywarden/key-format";
import { makeScanner, type Scanner } from "@keywarden/scan";
import { sha256 } from "@keywarden/repository-scan";
import type { DeployedAssignment } from "./env-source.ts";

/** A key in a variable; nothing in it reveals the key. */
export interface KeyInVariable {
  readonly at: DeployedAssignment;
  readonly redacted: string;
  readonly fingerprint: string;
  readonly kind: KeyKind;
  /** `null` where nothing in the key says. */
  readonly environment: Environment | null;
  /** Whose it can be, the likeliest first. */
  readonly candidates: readonly ProviderProfile[];
  /** Whose it is as far as anyone can tell. */
  readonly provider: ProviderProfile | null;
  /** Why no format accepts it; `null` for a key that is well-formed. */
  readonly problem: string | null;
}

/** Makes a function that finds the keys in the value of a variable, without placeholders and published examples. */
export function makeFindKeys(
  providers: readonly ProviderProfile[],
): (assignment: DeployedAssignment) => readonly KeyInVariable[] {
  const scanner: Scanner = makeScanner({ providers, sha256 });
  return (at) => {
    const { name, value } = at;
    const provider = providerOf(name, providers);
    // The name stands in front, because whose variable it is says whose key it is.
    return scanner.scanText(`${name}="${value}"`).flatMap((match) => {
      const { verdict, redacted, fingerprint, kind, environment, format, confidence } = match;
      if (verdict === "placeholder" || verdict === "published-example") return [];
      // What only may be a key of the catalogue is no key to be sure of.
      if (format !== undefined && (confidence === "low" || kind === "publishable")) return [];
      const ids = match.provider === null ? match.candidates : [match.provider, ...match.candidates];
      const known = [...new Set(ids)].flatMap((id) => providers.filter((provider) => provider.id === id));
      const candidates = provider !== null && known.includes(provider) ? [provider] : known;
      const judged = candidates.length === 0 ? known : candidates;
      const validation = validateKey(match.secret.reveal(), { providers: judged, sha256 });
      const fitting =
        validation.status === "valid" ? judged.filter(({ id }) => validation.providers.includes(id)) : judged;
      const best = fitting.find(({ id }) => id === match.provider) ?? null;
      return [
        {
          at,
          redacted,
          fingerprint,
          kind,
          environment,
          candidates: fitting,
          provider: fitting.length === 1 ? (fitting[0] ?? null) : best,
          problem: validation.status === "malformed" ? validation.message : null,
        },
      ];
    });
  };
}

/** The provider whose own variable this is: `AFORO_API_KEY`, also with words in front. A name that others end with says nothing. */
function providerOf(name: string, providers: readonly ProviderProfile[]): ProviderProfile | null {
  const own = providers.filter(({ variables }) =>
    variables.some((variable) => variable.holds === "key" && isNamed(name, variable.name)),
  );
  const specific = own.filter(({ variables }) =>
    variables.some(
      (variable) =>
        isNamed(name, variable.name) &&
        !providers.some((other) =>
          other.variables.some((longer) => longer.name.endsWith(`_${variable.name}`)),
        ),
    ),
  );
  return specific.length === 1 ? (specific[0] ?? null) : null;
}

/** Whether a variable is the named one, or that with words before it: `STAGING_AFORO_API_KEY`. */
export const isNamed = (name: string, wanted: string): boolean =>
  name.toUpperCase() === wanted || name.toUpperCase().endsWith(`_${wanted}`);
