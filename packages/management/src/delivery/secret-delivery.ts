import type { Secret } from "@keywarden/key-format";
import { ManagementError } from "../client/management-error.ts";
import { describeOwnKey, type OwnKey } from "./own-key.ts";
import type { SealingKey } from "./sealed-secret.ts";

/** How a call that makes a secret can be sent again when its answer was lost, without making another one. */
export interface RepeatableCall {
  /** A word of the caller's own for this one request; the server does it once, however often it comes. */
  readonly idempotencyKey?: string | undefined;
  /** Has the new secret sealed to this key, so that the server can give it again; it is opened here. */
  readonly sealTo?: SealingKey | undefined;
  /** Uses this key instead of one that the server makes; the server learns its SHA-256. Excludes `sealTo`. */
  readonly ownKey?: OwnKey | undefined;
}

export const sealToHeader = "Keywarden-Seal-To";
export const ownKeyHeader = "Keywarden-Own-Key";

/** The headers that ask for it, and whether the request may be sent twice. */
export function repeatableBy({ idempotencyKey, sealTo, ownKey }: RepeatableCall): {
  readonly headers: Readonly<Record<string, string>>;
  readonly isRepeatable: boolean;
} {
  const headers = {
    ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    ...(sealTo !== undefined && { [sealToHeader]: sealTo.recipient }),
    ...(ownKey !== undefined && { [ownKeyHeader]: describeOwnKey(ownKey) }),
  };
  return { headers, isRepeatable: idempotencyKey !== undefined };
}

/**
 * Gives the new key's text, whichever way it came.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_ANSWER when it was not sealed to the caller's key
 */
export function receiveSecret(answered: Secret, { sealTo, ownKey }: RepeatableCall): Secret {
  if (ownKey !== undefined) return ownKey.secret;
  if (sealTo === undefined) return answered;
  const opened = sealTo.open(answered.reveal());
  if (opened !== null) return opened;
  throw new ManagementError(
    "MANAGEMENT_BAD_ANSWER",
    "the key was made, but the server did not seal it to the key that it was asked to; rotate it",
  );
}
