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

interface DenialCount {
  readonly keyId: string;
  readonly provider: string;
  readonly code: string;
  readonly ips: Set<string>;
  readonly requestId: string;
  count: number;
}

const MOST_COUNTS = 10_000;
const MOST_IPS = 20;

/**
 * One entry for a key and reason each time it is flushed, with how often and from which addresses: a refused
 * request costs no write of its own. Strangers' keys name nobody and are limited by address instead.
 */
export function makeVerificationAudit(audit: Pick<KeyStorage["audit"], "append">): VerificationAudit {
  let counts = new Map<string, DenialCount>();

  return {
    record: ({ key, code }, { ip, requestId }) => {
      if (key === null) return;
      const id = `${key.id} ${code}`;
      const denials = counts.get(id) ?? {
        keyId: key.id,
        provider: key.provider,
        code,
        ips: new Set<string>(),
        requestId,
        count: 0,
      };
      denials.count += 1;
      if (ip !== null && denials.ips.size < MOST_IPS) denials.ips.add(ip);
      if (counts.has(id) || counts.size < MOST_COUNTS) counts.set(id, denials);
    },
    flush: async () => {
      const batch = counts;
      counts = new Map();
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
          for (const [left, denials] of batch) counts.set(left, addCounts(denials, counts.get(left)));
          throw error;
        }
      }
    },
  };
}

function addCounts(earlier: DenialCount, later: DenialCount | undefined): DenialCount {
  if (later === undefined) return earlier;
  const ips = new Set([...earlier.ips, ...later.ips].slice(0, MOST_IPS));
  return { ...earlier, ips, count: earlier.count + later.count };
}
