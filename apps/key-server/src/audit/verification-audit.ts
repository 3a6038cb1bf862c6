import type { KeyStorage, StoredKey } from "@keywarden/storage";
import type { Denied } from "@keywarden/verifier";

/** Writes to the audit which keys are refused where they are used, and why. */
export interface VerificationAudit {
  record(
    denied: Denied<StoredKey>,
    request: { readonly ip: string | null; readonly requestId: string },
  ): void;
  /** Writes what is counted; what cannot be written is counted on. */
  flush(): Promise<void>;
}

interface Tally {
  readonly keyId: string;
  readonly provider: string;
  readonly code: string;
  readonly ips: Set<string>;
  readonly requestId: string;
  count: number;
}

const MOST_TALLIES = 10_000;
const MOST_IPS = 20;

/**
 * One entry for a key and reason each time it is flushed, with how often and from which addresses: a refused
 * request costs no write of its own. Strangers' keys name nobody and are limited by address instead.
 */
export function makeVerificationAudit(audit: Pick<KeyStorage["audit"], "append">): VerificationAudit {
  let tallies = new Map<string, Tally>();

  return {
    record: ({ key, code }, { ip, requestId }) => {
      if (key === null) return;
      const id = `${key.id} ${code}`;
      const tally = tallies.get(id) ?? {
        keyId: key.id,
        provider: key.provider,
        code,
        ips: new Set<string>(),
        requestId,
        count: 0,
      };
      tally.count += 1;
      if (ip !== null && tally.ips.size < MOST_IPS) tally.ips.add(ip);
      if (tallies.has(id) || tallies.size < MOST_TALLIES) tallies.set(id, tally);
    },
    flush: async () => {
      const batch = tallies;
      tallies = new Map();
      for (const [id, { keyId, provider, code, ips, requestId, count }] of batch) {
        try {
          await audit.append({
            action: "key.denied",
            actor: `key:${keyId}`,
            subject: keyId,
            provider,
            details: { reason: code, count, ips: [...ips], firstRequestId: requestId },
          });
          batch.delete(id);
        } catch (error) {
          for (const [left, tally] of batch) if (!tallies.has(left)) tallies.set(left, tally);
          throw error;
        }
      }
    },
  };
}
