import type { Change } from "@keywarden/management";
import type { AuditEntry } from "@keywarden/storage";
import { isoOf } from "../keys/view-key.ts";

type Kind = Change["kind"];

/** Which entries of the audit tell of a change, and of what; the others tell of reading and of being refused. */
const kindOf = {
  "key.created": "key",
  "key.imported": "key",
  "key.edited": "key",
  "key.disabled": "key",
  "key.enabled": "key",
  "key.rotated": "key",
  "key.revoked": "key",
  "key.purged": "key",
  "token.created": "token",
  "token.revoked": "token",
  "alert.created": "alert",
  "alert.deleted": "alert",
  "alert.fired": "alert",
  "alert.undelivered": "alert",
  "rotation.begun": "rotation",
  "rotation.advanced": "rotation",
  "rotation.done": "rotation",
  "rotation.abandoned": "rotation",
  "rotation.lapsed": "rotation",
  "security.noticed": "event",
} as const satisfies Readonly<Record<string, Kind>>;

/** The actions that are changes of those kinds. */
export function actionsOf(kinds: readonly Kind[]): readonly string[] {
  return Object.entries(kindOf)
    .filter(([, kind]) => kinds.includes(kind))
    .map(([action]) => action);
}

/** Tells an entry as a change; null for an entry of another sort. */
export function changeOf({
  sequence,
  atMs,
  action,
  actor,
  subject,
  provider,
  details,
}: AuditEntry): Change | null {
  if (!Object.hasOwn(kindOf, action)) return null;
  const kind = kindOf[action as keyof typeof kindOf];
  const detail = idDetails[kind];
  const id = detail === null ? subject : details[detail];
  if (typeof id !== "string") return null;
  return { sequence, at: isoOf(atMs), kind, id, action, actor, keyId: subject, provider };
}

const idDetails = {
  key: null,
  token: "tokenId",
  alert: "alertId",
  event: "eventId",
  rotation: "rotationId",
} as const;
