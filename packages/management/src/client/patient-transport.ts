import { ManagementError, type ManagementErrorCode } from "./management-error.ts";
import type { Transport, TransportAnswer, TransportRequest } from "./transport.ts";

/** How often and how long a client may try again. */
export interface Patience {
  /** Requests for one call, the first included. */
  readonly attempts: number;
  /** The longest single wait in milliseconds: if the server asks for more, the call fails instead of being repeated earlier. */
  readonly longestWaitMs: number;
  readonly wait: (ms: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

const passing: ReadonlySet<ManagementErrorCode> = new Set(["MANAGEMENT_UNREACHABLE", "MANAGEMENT_TIMEOUT"]);
const passingStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Sends a repeatable request again while the server is away or asks for time; every other one is sent once. */
export function makePatientTransport(transport: Transport, patience: Patience): Transport {
  const { attempts, longestWaitMs, wait, random } = patience;

  const send = async (request: TransportRequest): Promise<TransportAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts || request.isRepeatable !== true;
      let askedMs: number | undefined;
      try {
        const answer = await transport.send(request);
        if (isLast || !passingStatuses.has(answer.status)) return answer;
        askedMs = answer.retryAfterMs;
        if ((askedMs ?? 0) > longestWaitMs) return answer;
      } catch (error) {
        if (isLast || !(error instanceof ManagementError) || !passing.has(error.code)) throw error;
      }
      const backOffMs = 500 * 2 ** (attempt - 1) * (0.5 + random() / 2);
      await wait(Math.min(longestWaitMs, Math.max(askedMs ?? 0, backOffMs)));
    }
  };

  return { ...transport, send };
}
