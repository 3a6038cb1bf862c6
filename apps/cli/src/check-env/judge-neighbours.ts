import {
  endpointFor,
  type Environment,
  type ProviderHost,
  type ProviderProfile,
} from "@keywarden/key-format";
import { isBeside, type DeployedAssignment } from "./env-source.ts";
import { createCommand, findingOf, type EnvEdit, type EnvFinding } from "./env-finding.ts";
import { isNamed, type KeyInVariable } from "./found-key.ts";

/** Judges a key together with the tenants and hosts beside it. One that fits is enough: several pairs can stand in one file. */
export function judgeNeighbours(
  key: KeyInVariable,
  all: readonly DeployedAssignment[],
): readonly EnvFinding[] {
  if (key.problem !== null) return [];
  const beside = all.filter((other) => other !== key.at && isBeside(other, key.at));
  const likely = key.provider === null ? key.candidates : [key.provider];
  return likely.flatMap((provider) => [
    ...judgeTenant(key, provider, beside),
    ...judgeHosts(key, provider, beside),
  ]);
}

function judgeTenant(
  key: KeyInVariable,
  provider: ProviderProfile,
  beside: readonly DeployedAssignment[],
): readonly EnvFinding[] {
  const tenants = provider.variables
    .filter(({ holds }) => holds === "tenant")
    .flatMap(({ name, prefixes = {} }) =>
      beside
        .filter((other) => isNamed(other.name, name))
        .flatMap((other) => {
          const found = (Object.entries(prefixes) as [Environment, string][]).find(([, start]) =>
            other.value.startsWith(start),
          );
          return found === undefined ? [] : [{ name: other.name, environment: found[0], prefixes }];
        }),
    );
  const [first] = tenants;
  const { environment: own } = key;
  if (first === undefined || own === null || tenants.some(({ environment }) => environment === own))
    return [];
  const wanted = first.prefixes[own];
  const message = `a ${own} key beside ${first.name} of ${first.environment}${wanted === undefined ? "" : `; its tenant starts with ${wanted}`}`;
  return [findingOf("tenant-mismatch", key, message, replacementFor(key, provider, first.environment))];
}

/** Where the key is what is wrong there, the command that makes one for what is beside it. */
function replacementFor(
  key: KeyInVariable,
  provider: ProviderProfile,
  environment: Environment,
): string | null {
  return belongs(key, environment) ? createCommand({ ...key, provider }, environment) : null;
}

/** Whether what is of an environment is right where the key is, as far as that is known. */
function belongs({ at: { deployment } }: KeyInVariable, environment: Environment): boolean {
  return deployment === null || (deployment === "production") === (environment === "production");
}

function judgeHosts(
  key: KeyInVariable,
  provider: ProviderProfile,
  beside: readonly DeployedAssignment[],
): readonly EnvFinding[] {
  const used = beside.flatMap((other) =>
    hostsIn(other.value).flatMap((host) => {
      const known = provider.hosts.find((candidate) => candidate.host === host);
      const { purpose = null, environment = null } = known ?? {};
      return environment === null ? [] : [{ other, name: other.name, host, purpose, environment }];
    }),
  );
  return (["ingest", "api"] as const).flatMap((purpose) => {
    const ofPurpose = used.filter((one) => one.purpose === purpose);
    const [first] = ofPurpose;
    const { environment: own } = key;
    if (first === undefined || own === null || ofPurpose.some(({ environment }) => environment === own))
      return [];
    const right = rightHost(key, provider, purpose);
    const message = `a ${own} key beside ${first.name}, which is the host for ${first.environment} keys${right === null ? "" : `; this key goes to ${right}`}`;
    // Where the key itself is in the wrong environment, the host is not what to change.
    const remedy = belongs(key, own)
      ? hostEdit(first, right)
      : replacementFor(key, provider, first.environment);
    return [findingOf("wrong-host", key, message, remedy)];
  });
}

function hostEdit(
  { other, host }: { readonly other: DeployedAssignment; readonly host: string },
  right: string | null,
): EnvEdit | null {
  const { source, line, value, name } = other;
  if (right === null || source.kind !== "dotenv" || line === null || value.includes("\n")) return null;
  return { line, from: host, to: right, after: `Restart what reads ${name}.` };
}

function rightHost(
  { redacted }: KeyInVariable,
  provider: ProviderProfile,
  purpose: Extract<ProviderHost["purpose"], "ingest" | "api">,
): string | null {
  // The prefix decides, and that is what is left of a redacted key.
  const endpoint = endpointFor(redacted, provider);
  return endpoint.ok ? endpoint[purpose] : null;
}

/** The host of a value that is one, or a URL: `ingest.aforo.ai`, `https://ingest.aforo.ai/v1`. */
function hostsIn(value: string): readonly string[] {
  return [
    ...value
      .slice(0, 4096)
      .toLowerCase()
      .matchAll(/(?:^|[/@\s,;="'])((?:[a-z0-9-]+\.)+[a-z]{2,})\.?(?=$|[:/?#\s,;"'])/g),
  ].map(([, host = ""]) => host);
}
