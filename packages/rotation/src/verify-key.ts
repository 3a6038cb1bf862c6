import type { KeyKind, Secret } from "@keywarden/key-format";
import { type Dialect, makeTransport, type SampleEndpoint } from "@keywarden/management";
import type { KeyApi } from "./key-api.ts";
import { RotationError } from "./rotation-error.ts";

export interface Verification {
  /** Whether the key opened a door, or the provider only says that it would. */
  readonly by: "call" | "lookup";
  readonly note: string;
}

export interface SuccessorKey {
  readonly secret: Secret;
  readonly fingerprint: string;
  readonly id: string;
  readonly kind: KeyKind;
  readonly permissions: readonly string[] | null;
}

/** Where the provider's own API is, and which harmless calls it knows. */
export interface VerificationTarget {
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof fetch;
}

/**
 * Tries a new key with one call that changes nothing. A key that no such call is made for, or that is restricted
 * from this machine, is looked up instead.
 *
 * @throws {@link RotationError} ROTATION_NOT_VERIFIED when the key does not work
 * @throws ManagementError when the provider cannot be asked
 */
export async function verifyKey(
  key: SuccessorKey,
  target: VerificationTarget,
  keyApi: KeyApi,
): Promise<Verification> {
  const sample = sampleFor(key, target.dialect);
  if (sample === undefined) return lookUp(key, keyApi, "no harmless call exists for this key");
  const path = sample.path.replaceAll(/\{\w+\}/g, "keywarden-rotation");
  const transport = makeTransport({ baseUrl: target.baseUrl, token: key.secret, fetch: target.fetch });
  const { status, retryAfterMs } = await transport.send({ method: sample.method, path });
  const call = `${sample.method} ${sample.path}`;
  if (status === sample.status) return { by: "call", note: `${call} answered ${status}` };
  if (status === 403) return lookUp(key, keyApi, `${call} answered 403: it may not be used from here`);
  throw new RotationError(
    "ROTATION_NOT_VERIFIED",
    `the new key ${key.secret.redacted} was tried with ${call}, which answered ${status} instead of ${sample.status}`,
    {
      isTransient: status === 401 || status === 404 || status === 429 || status >= 500,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  );
}

function sampleFor(
  { kind, permissions }: SuccessorKey,
  { samples, sample }: Dialect,
): SampleEndpoint | undefined {
  const usable = samples.filter(
    ({ method, kinds, permission }) =>
      method === "GET" &&
      kinds.includes(kind) &&
      (permission === null || permissions === null || permissions.includes(permission)),
  );
  return usable.find(({ path }) => path === sample.path) ?? usable[0];
}

async function lookUp(
  { fingerprint, secret, id }: SuccessorKey,
  keyApi: KeyApi,
  why: string,
): Promise<Verification> {
  const answer = await keyApi.lookup(fingerprint, id);
  if (answer.found === null) {
    throw new RotationError(
      "ROTATION_NOT_VERIFIED",
      `the new key ${secret.redacted} could not be tried (${why}), and its provider's API cannot be asked about it`,
    );
  }
  if (answer.found && answer.state === "active") {
    return { by: "lookup", note: `${why}; the provider lists it as active` };
  }
  const state = answer.found ? answer.state : "unknown";
  throw new RotationError(
    "ROTATION_NOT_VERIFIED",
    `the new key ${secret.redacted} could not be tried (${why}), and the provider says that it is ${state}`,
  );
}
