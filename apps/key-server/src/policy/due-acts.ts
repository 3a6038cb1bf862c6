import {
  type AuditPolicy,
  isSameMember,
  type KeyFacts,
  rotationStatus,
  usageStatus,
} from "@keywarden/hygiene";
import type { StoredKey } from "@keywarden/storage";
import type { PolicyAct, Told } from "./act.ts";
import type { Policy } from "./policy.ts";

const DAY_MS = 86_400_000;

/**
 * Says what policy asks for a key now. Nobody is told the same twice of one secret, and nothing is disabled or rotated
 * that nobody was told of in time: what was told is the audit's memory, so a restart neither repeats nor skips. Without
 * `hygiene`, whose provider is described elsewhere, a key's age and silence are nobody's to judge here.
 */
export function dueActs(
  key: StoredKey,
  told: readonly Told[],
  { policy, hygiene }: { readonly policy: Policy; readonly hygiene: AuditPolicy | null },
): readonly PolicyAct[] {
  if (key.state !== "active") return [];
  const nowMs = key.asOfMs;
  const facts = factsOf(key);
  const ofSecret = told.filter(({ generation }) => generation === key.generation);
  return [
    ...(hygiene === null ? [] : rotationActs(key, ofSecret, policy, rotationStatus(facts, hygiene, nowMs))),
    ...(hygiene !== null && policy.disableDormant
      ? dormancyActs(key, told, policy, usageStatus(facts, hygiene, nowMs))
      : []),
    ...ownerActs(key, told, policy),
  ];
}

function rotationActs(
  { provider, owner, asOfMs: nowMs }: StoredKey,
  told: readonly Told[],
  policy: Policy,
  status: ReturnType<typeof rotationStatus>,
): readonly PolicyAct[] {
  const overdueAtMs = overdueAt(status);
  if (overdueAtMs === null) return [];
  const rule = policy.rotate.find(
    (one) => one.provider === provider && (one.owner === undefined || isOwner(owner, one.owner)),
  );
  if (!policy.warnOfRotation && rule === undefined) return [];
  const warned = told.find(({ act }) => act === "warn-of-rotation");
  const noticeMs = policy.noticeDays * DAY_MS;
  if (warned === undefined)
    return [{ act: "warn-of-rotation", deadlineMs: Math.max(overdueAtMs, nowMs + noticeMs) }];
  if (rule === undefined || nowMs < (warned.deadlineMs ?? Infinity)) return [];
  return [{ act: "rotate", sealTo: rule.sealTo }];
}

/** When a rotation that is due or overdue becomes, or became, overdue; null where none is. */
function overdueAt(status: ReturnType<typeof rotationStatus>): number | null {
  if (status.state === "overdue") return status.sinceMs;
  return status.state === "due" ? status.overdueAtMs : null;
}

function dormancyActs(
  key: StoredKey,
  told: readonly Told[],
  policy: Policy,
  status: ReturnType<typeof usageStatus>,
): readonly PolicyAct[] {
  if (status.state !== "dormant" && status.state !== "never-used") return [];
  const unusedSinceMs = Math.max(key.lastUsedAtMs ?? key.createdAtMs, key.trackingSinceMs);
  // A warning from before it was used again is about another silence.
  const warned = told.find(({ act, atMs }) => act === "warn-of-disabling" && atMs >= status.sinceMs);
  if (warned === undefined) {
    const deadlineMs = key.asOfMs + policy.noticeDays * DAY_MS;
    return [{ act: "warn-of-disabling", deadlineMs, unusedSinceMs }];
  }
  return key.asOfMs < (warned.deadlineMs ?? Infinity) ? [] : [{ act: "disable", unusedSinceMs }];
}

function ownerActs({ owner }: StoredKey, told: readonly Told[], { departed }: Policy): readonly PolicyAct[] {
  const member = departed.find((one) => isOwner(owner, one));
  if (member === undefined) return [];
  const isAsked = told.some((one) => one.act === "ask-for-owner" && isOwner(one.member, member));
  return isAsked ? [] : [{ act: "ask-for-owner", member }];
}

const isOwner = (owner: string | null, member: string): boolean => isSameMember(owner ?? "", member);

/** What hygiene needs to know of a stored key. */
export function factsOf(key: StoredKey): KeyFacts {
  const { id, provider, kind, environment, createdAtMs, lastUsedAtMs, trackingSinceMs } = key;
  return {
    id,
    provider,
    kind,
    environment,
    createdAtMs,
    secretCreatedAtMs: key.secret.createdAtMs,
    lastUsedAtMs,
    trackingSinceMs,
    expiresAtMs: key.expiresAtMs,
    revokedAtMs: key.revokedAtMs,
    graceUntilMs: key.graceSecret?.validUntilMs ?? null,
  };
}
