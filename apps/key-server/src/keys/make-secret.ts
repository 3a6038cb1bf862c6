import { generateKey, Secret, type KeyFormat, type RandomBytes } from "@keywarden/key-format";
import type { OwnKeyClaim, Recipient } from "@keywarden/management";
import type { NewSecret } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";
import { sha256 } from "../sha256.ts";

/** In what form a new key's text gets to whoever asks for it. */
export type SecretDelivery =
  | { readonly as: "text" }
  /** Encrypted to a key of the caller's, so that the same answer can be given again. */
  | { readonly as: "sealed"; readonly recipient: Recipient; readonly header: string }
  /** Not at all: the caller generated the key and the server knows its hash. */
  | { readonly as: "own"; readonly claim: OwnKeyClaim; readonly header: string };

export interface MadeSecret {
  readonly stored: NewSecret;
  /** What stands in the answer where the key's text stands otherwise. */
  readonly answered: Secret;
  /** The same when it is sealed, to be kept for a repeat of the request. */
  readonly sealed: string | null;
}

/** Makes a key's text, or takes over what its caller says of one. The text of a made one is in the returned value only. */
export function makeSecret(
  format: KeyFormat,
  delivery: SecretDelivery,
  randomBytes: RandomBytes,
): Outcome<MadeSecret> {
  if (delivery.as === "own") {
    const problem = problemOf(delivery.claim, format);
    if (problem !== null) return refuse("BAD_REQUEST", `Keywarden-Own-Key: ${problem}`);
    const { sha256, prefix, ending } = delivery.claim;
    const stored = { sha256, prefix, lastFour: ending };
    return done({ stored, answered: ownKeyAnswer(prefix, ending), sealed: null });
  }
  const secret = generateKey(format, randomBytes);
  const stored = {
    sha256: sha256(secret.reveal()),
    prefix: format.prefix,
    // As many last characters as the key's length lets be shown.
    lastFour: secret.redacted.split("…").at(-1) ?? "",
  };
  if (delivery.as === "text") return done({ stored, answered: secret, sealed: null });
  try {
    const sealed = delivery.recipient.seal(secret);
    return done({ stored, answered: new Secret(sealed), sealed });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse("BAD_REQUEST", `Keywarden-Seal-To: ${error.message}; use a longer one, or x25519`);
  }
}

/** What an answer says of a key that its caller has: the redacted form. */
export function ownKeyAnswer(prefix: string, ending: string): Secret {
  return new Secret(`${prefix}…${ending}`);
}

export function ownKeyTaken() {
  return refuse("SECRET_TAKEN", "there is a key with this SHA-256 already; generate another one");
}

// The length is that of the keys which the server makes itself: shorter ones could be guessed. That the text has this
// prefix, length, alphabet and checksum, and that it is random, cannot be seen from its hash.
function problemOf({ prefix, length, ending }: OwnKeyClaim, format: KeyFormat): string | null {
  const wantedLength = format.prefix.length + format.body.issuedLength;
  if (prefix !== format.prefix) return `the prefix of such a key is ${format.prefix}`;
  if (length !== wantedLength) return `such a key has ${wantedLength} characters, prefix included`;
  const most = format.body.issuedLength >= 24 ? 4 : format.body.issuedLength >= 12 ? 2 : 0;
  if (ending.length > most) return `at most ${most} last characters of such a key may be told`;
  return null;
}
