import { oneLine, type Notice } from "@keywarden/channels";
import type { StoredKey } from "@keywarden/storage";
import { factsOfKey, nameOfKey } from "../monitoring/notices.ts";
import type { PolicyAct } from "./act.ts";

/** Tells people of an act: what is due or was done, and what they do about it. */
export function actNotice(id: string, key: StoredKey, act: PolicyAct, sealed: string | null): Notice {
  const { title, remedy } = wordsOf(key, act);
  return {
    id,
    event: `policy.${act.act}`,
    title: oneLine(`${nameOfKey(key)} ${title}`),
    facts: factsOfKey(key),
    remedy,
    body: {
      ...act,
      key: {
        id: key.id,
        name: key.name,
        provider: key.provider,
        environment: key.environment,
        owner: key.owner,
      },
      generation: key.generation,
      ...(sealed !== null && { sealed }),
    },
  };
}

function wordsOf(
  { id, graceSecret }: StoredKey,
  act: PolicyAct,
): { readonly title: string; readonly remedy: string } {
  switch (act.act) {
    case "warn-of-rotation":
      return {
        title: `is due for rotation by ${dayOf(act.deadlineMs)}`,
        remedy: `keywarden rotate ${id} --to <sink>`,
      };
    case "warn-of-disabling":
      return {
        title: `is unused since ${dayOf(act.unusedSinceMs)} and will be disabled on ${dayOf(act.deadlineMs)}`,
        remedy: `Revoke it with keywarden revoke ${id}; to keep it, use it before that day.`,
      };
    case "disable":
      return {
        title: `is disabled: unused since ${dayOf(act.unusedSinceMs)}`,
        remedy: `If something needs it: keywarden keys enable ${id}. Else: keywarden revoke ${id}`,
      };
    case "ask-for-owner":
      return {
        title: `belongs to ${act.member}, who has left`,
        remedy: `keywarden keys edit ${id} --owner <name>, and keywarden rotate ${id} --to <sink>`,
      };
    case "rotate": {
      const until = graceSecret?.validUntilMs ?? null;
      const end = until === null ? "" : ` before ${new Date(until).toISOString()}, when the old one ends`;
      return {
        title: "is rotated; its new secret is sealed to you",
        remedy: `Open the sealed secret and deploy it${end}. GET /v1/keys/${id}/sealed-secret has it too.`,
      };
    }
    default:
      throw new TypeError("the switch knows every act");
  }
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
