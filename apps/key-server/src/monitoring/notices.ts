import { oneLine, type Notice } from "@keywarden/channels";
import type { JsonObject, NewJob, SecuritySeverity, StoredKey } from "@keywarden/storage";

export const NOTICE_JOB = "notice";

/** What can be told of the key that a notice is about; null where it is about none. */
export type NoticedKey = Pick<StoredKey, "id" | "name" | "provider" | "environment" | "owner"> | null;

/** Says to people that an alert of a key has fired. */
export function alertNotice(
  id: string,
  alertId: string,
  key: NoticedKey,
  details: JsonObject & { readonly message: string },
): Notice {
  return {
    id,
    event: "alert.fired",
    title: oneLine(`${nameOfKey(key)}: ${details.message}`),
    facts: factsOfKey(key),
    remedy: key === null ? null : `keywarden log --key ${key.id} shows what was done with it.`,
    body: { alert: alertId, key, ...details },
  };
}

/** Says to people that something was noticed. */
export function eventNotice(
  id: string,
  key: NoticedKey,
  {
    code,
    severity,
    evidence,
    subject,
  }: {
    readonly code: string;
    readonly severity: SecuritySeverity;
    readonly evidence: string;
    readonly subject: string;
  },
): Notice {
  return {
    id,
    event: "security.noticed",
    title: oneLine(`${key === null ? subject : nameOfKey(key)}: ${code.replaceAll("-", " ")}, ${severity}`),
    facts: [["Evidence", oneLine(evidence)], ...factsOfKey(key)],
    remedy:
      key === null
        ? null
        : `If it is in wrong hands: keywarden keys disable ${key.id}, and keywarden rotate ${key.id}.`,
    body: { code, severity, evidence, about: subject, key },
  };
}

/** The jobs that tell each channel of a notice, once. */
export function alertNoticeJobs(channels: readonly string[], notice: Notice): readonly NewJob[] {
  return channels.map((channel) => ({
    id: `${notice.id}:${channel}`,
    kind: NOTICE_JOB,
    payload: { channel, notice: JSON.parse(JSON.stringify(notice)) as JsonObject },
  }));
}

/** A key in one line. */
export function nameOfKey(key: NoticedKey): string {
  return key === null ? "a key" : `${key.provider} key ${key.name} (${key.id})`;
}

/** What people are told of a key. */
export function factsOfKey(key: NoticedKey): readonly (readonly [string, string])[] {
  if (key === null) return [];
  return [
    ["Key", oneLine(`${key.name}, ${key.id}`)],
    ["Provider", `${key.provider}, ${key.environment}`],
    ["Owner", oneLine(key.owner ?? "nobody")],
  ];
}
