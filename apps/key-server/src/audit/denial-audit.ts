import type { KeyStorage } from "@keywarden/storage";
import { actorOf, describePerson, originOf, type Principal } from "../auth/principal.ts";

export interface Denial {
  readonly principal: Principal | null;
  readonly ip: string;
  readonly requestId: string;
  readonly route: string;
  readonly reason: string;
  readonly provider: string | null;
  /** Whom an identity provider named, where that person is not let in. */
  readonly named?: { readonly id: string; readonly name: string };
}

/** Writes denied management attempts to the audit. */
export interface DenialAudit {
  record(denial: Denial): Promise<void>;
}

const STRANGERS_PER_MINUTE = 60;

/**
 * Attempts by a known principal are all written. Those of strangers are written up to 60 a minute and counted
 * beyond that, because each costs a durable write and anybody could otherwise fill the disk.
 */
export function makeDenialAudit(storage: KeyStorage): DenialAudit {
  let minute = -1;
  let written = 0;
  let suppressed = 0;

  return {
    record: async ({ principal, ip, requestId, route, reason, provider, named }) => {
      if (principal === null) {
        const current = Math.floor(storage.now() / 60_000);
        if (current !== minute) {
          minute = current;
          written = 0;
        }
        if (written >= STRANGERS_PER_MINUTE) {
          suppressed += 1;
          return;
        }
        written += 1;
      }
      const details = {
        ...originOf({ principal, ip, requestId }),
        route,
        reason,
        ...(named !== undefined && { actorId: named.id, actorName: named.name }),
        ...(suppressed > 0 ? { suppressed } : {}),
      };
      const told = suppressed;
      suppressed = 0;
      const entry = {
        action: "management.denied",
        actor:
          principal === null
            ? named === undefined
              ? "unknown"
              : describePerson({ ...named, email: null })
            : actorOf(principal),
        subject: principal?.type === "key" ? principal.key.id : null,
        provider,
        details,
      };
      try {
        await storage.audit.append(entry);
      } catch (error) {
        suppressed += told + (principal === null ? 1 : 0);
        throw error;
      }
    },
  };
}
