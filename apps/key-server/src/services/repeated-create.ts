import type { StoredKey } from "@keywarden/storage";
import type { IssueKey } from "./issue-key.ts";
import type { Principal } from "./principal.ts";
import { done, refuse, type Outcome } from "./refusal.ts";
import { sha256 } from "./sha256.ts";

/** One create that its sender may repeat: the same sender and Idempotency-Key always name the same key. */
export interface RepeatableCreate {
  readonly id: string;
  /** SHA-256 of what was asked for. */
  readonly request: string;
}

/** A key that asks keeps its scope when it is rotated between two attempts, since its id stays. */
export function readIdempotencyKey(
  header: string,
  principal: Principal,
  provider: string,
  input: IssueKey,
): Outcome<RepeatableCreate> {
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    return refuse("BAD_REQUEST", "Idempotency-Key must be 1 to 255 visible ASCII characters");
  }
  const who = principal.type === "token" ? principal.id : principal.key.id;
  const { idempotencyKey: _header, ...wanted } = input;
  const entries = Object.entries(wanted).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return done({
    id: `key_${sha256(JSON.stringify(["create", who, header])).slice(0, 32)}`,
    request: sha256(JSON.stringify([provider, entries])),
  });
}

/** What a repeated create is told: its key was made, and the key's text was in the first answer only. */
export function answerRepeated(existing: StoredKey, { request }: RepeatableCreate) {
  return existing.metadata["createRequest"] === request
    ? refuse(
        "SECRET_ALREADY_DELIVERED",
        `this request created ${existing.id} before, and the key's text was in that answer only; if it was lost, rotate ${existing.id}`,
      )
    : refuse(
        "IDEMPOTENCY_MISMATCH",
        "this Idempotency-Key came with another body before; use a new one for a new key",
      );
}
