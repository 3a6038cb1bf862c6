import { ownKeyHeader, parseOwnKey, parseRecipient, sealToHeader } from "@keywarden/management";
import type { SecretDelivery } from "../keys/make-secret.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { AdmittedCall } from "./route.ts";

/** Reads from the headers how the caller wants a new key's text; without any, in plain text and once. */
export function readDelivery({
  sealTo,
  ownKey,
}: Pick<AdmittedCall, "sealTo" | "ownKey">): Outcome<SecretDelivery> {
  if (sealTo === undefined && ownKey === undefined) return done({ as: "text" });
  if (sealTo !== undefined && ownKey !== undefined) {
    return refuse("BAD_REQUEST", `send ${sealToHeader} or ${ownKeyHeader}, not both`);
  }
  if (ownKey !== undefined) {
    const claim = parseOwnKey(ownKey);
    if (claim !== null) return done({ as: "own", claim, header: ownKey });
    return refuse(
      "BAD_REQUEST",
      `${ownKeyHeader} must be like "sha256=<64 hex digits>; prefix=<prefix>; length=<characters>; ending=<last four>"`,
    );
  }
  const recipient = parseRecipient(sealTo ?? "");
  if (recipient !== null) return done({ as: "sealed", recipient, header: sealTo ?? "" });
  return refuse(
    "BAD_REQUEST",
    `${sealToHeader} must be "x25519 <32 bytes in base64>" or "rsa-oaep-256 <SubjectPublicKeyInfo in base64>" with 2048 to 8192 bits`,
  );
}
