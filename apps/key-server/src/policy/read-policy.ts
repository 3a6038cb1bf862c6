import { describeSchemaProblems } from "@keywarden/command-line";
import type { ManagedProvider } from "@keywarden/key-format";
import { KeyServerError } from "../key-server-error.ts";
import { readJsonFile } from "../settings/read-json-file.ts";
import { type Policy, policySchema } from "./policy.ts";

/** A shorter one is over before a person has put a new key in its place. */
const LEAST_GRACE_SECONDS = 3600;

/**
 * Reads what the server does by itself; null without a file.
 *
 * @throws {@link KeyServerError} SERVER_BAD_POLICY, naming the file and what is wrong with it
 */
export async function readPolicy(
  path: string | null,
  {
    providers,
    hasChannels,
  }: { readonly providers: readonly ManagedProvider[]; readonly hasChannels: boolean },
): Promise<Policy | null> {
  if (path === null) return null;
  const parsed = policySchema.safeParse(await readJsonFile(path, bad));
  if (!parsed.success) throw bad(`${path}: ${describeSchemaProblems(parsed.error)}`);
  const { hygiene, ...policy } = parsed.data;
  const tells = policy.warnOfRotation || policy.disableDormant || policy.departed.length > 0;
  if (policy.armed && (tells || policy.rotate.length > 0) && !hasChannels)
    throw bad(`${path}: an armed policy notifies people; give --channels as well`);
  for (const { provider: id } of policy.rotate) refuseNotServerSide(path, id, providers);
  const defined = Object.entries(hygiene).filter(([, value]) => value !== undefined);
  return { ...policy, hygiene: Object.fromEntries(defined) };
}

function refuseNotServerSide(path: string, id: string, providers: readonly ManagedProvider[]): void {
  const profile = providers.find((provider) => provider.id === id);
  if (profile === undefined) throw bad(`${path}: there is no provider "${id}" here`);
  const { procedure, graceSeconds } = profile.rotation;
  if (procedure !== "server-side")
    throw bad(`${path}: ${profile.name} keys are replaced by second keys; rotate them with keywarden rotate`);
  if (graceSeconds < LEAST_GRACE_SECONDS)
    throw bad(`${path}: the old secret of ${profile.name} keys ends too soon to rotate them unattended`);
}

function bad(message: string, cause?: unknown): KeyServerError {
  return new KeyServerError(
    "SERVER_BAD_POLICY",
    `--policy: ${message}`,
    cause === undefined ? {} : { cause },
  );
}
