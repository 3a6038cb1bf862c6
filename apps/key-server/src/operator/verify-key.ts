import { verdictSchema, verifyRequestSchema, type VerifiedKey } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { publicAnswer } from "@keywarden/verifier";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { recordVerdict } from "../usage/record-verdict.ts";

/** Always 200: that a key may not do something is an answer to whoever asks for it, not a failure. */
export const verifyKey: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/verify",
  right: "verify",
  contract: {
    summary: "Decide whether a request's key may do what it asks",
    body: verifyRequestSchema,
    status: 200,
    answer: verdictSchema,
  },
  handle: async (context, { caller, body }) => {
    const request = parse(verifyRequestSchema, body);
    if (!request.ok) return request;
    const { key: text = null, ip = null, ...rest } = request.value;
    const verdict = await context.verifier.verify({ text, ip, ...rest });
    recordVerdict(context, verdict, {
      ip,
      method: rest.method,
      path: rest.path,
      requestId: caller.requestId,
    });
    if (verdict.ok) {
      const { key, rateLimits } = verdict;
      return done({ status: 200, body: { valid: true, key: facts(key), rateLimits } });
    }
    const { ok: _ok, key, ...denied } = verdict;
    const shown = key === null ? null : facts(key);
    return done({
      status: 200,
      body: { valid: false, ...denied, key: shown, answer: publicAnswer(verdict) },
    });
  },
};

function facts(key: StoredKey): VerifiedKey {
  const { id, provider, name, kind, environment, label, owner, tags, permissions } = key;
  return { id, provider, name, kind, environment, label, owner, tags, permissions };
}
