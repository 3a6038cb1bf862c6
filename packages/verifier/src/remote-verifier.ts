import {
  makeTransport,
  ManagementError,
  verdictSchema,
  type VerifiedKey,
  type TransportOptions,
} from "@keywarden/management";
import type { Verifier } from "./create-verifier.ts";
import { digestOf } from "./digest-of.ts";

/**
 * Asks a key server about every request, by SHA-256, so the key itself stays here. Nothing is remembered: a revoke
 * is effective for the next request, whichever process it was sent to. `verify` throws ManagementError when the
 * server cannot be asked; refuse the request then.
 */
export function makeRemoteVerifier(options: TransportOptions): Verifier<VerifiedKey> {
  const transport = makeTransport(options);
  return {
    verify: async ({ text, sha256: given, ip, referrer, permission, ...rest }) => {
      const sha256 = digestOf({ text, sha256: given });
      if (sha256 === null) return { ok: false, code: "missing-key", key: null, rateLimits: [] };
      const answer = await transport.send({
        method: "POST",
        path: "/v1/keys/verify",
        body: {
          ...rest,
          sha256,
          ...(ip !== null && { ip }),
          ...(typeof referrer === "string" && { referrer }),
          ...(typeof permission === "string" && { permission }),
        },
      });
      const verdict = verdictSchema.safeParse(answer.body);
      if (answer.status !== 200 || !verdict.success) {
        const what = `${answer.url.host} answered ${answer.status} to a verification; check the token and the address`;
        throw new ManagementError("MANAGEMENT_BAD_ANSWER", what, { status: answer.status });
      }
      const { data } = verdict;
      if (data.valid) return { ok: true, key: data.key, rateLimits: data.rateLimits };
      const { code, key, rateLimits, retryAfterSeconds } = data;
      return {
        ok: false,
        code,
        key,
        rateLimits,
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      };
    },
  };
}
