import {
  readAddress,
  verifyAnswerSchema,
  verifyBodySchema,
  verifyRequestSchema,
  type VerifiedKey,
} from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { digestOf, publicAnswer } from "@keywarden/verifier";
import type { z } from "zod";
import { limitsOf, type Caller, type Principal } from "../auth/principal.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { isVisible } from "../keys/find-visible-key.ts";
import { metadataOf } from "../keys/metadata-of.ts";
import { isoOrNull } from "../keys/view-key.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { ServerContext } from "../server-context.ts";
import { done } from "../refusal.ts";
import { recordVerdict } from "../usage/record-verdict.ts";

/** Always 200: that a key may not do something is an answer to whoever asks for it, not a failure. */
export const verifyKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/verify",
  right: "verify",
  keepsLimits: true,
  contract: {
    summary: "Decide whether a request's key may do what it asks, or each of up to 100 requests",
    body: verifyBodySchema,
    status: 200,
    answer: verifyAnswerSchema,
  },
  handle: async (context, { caller, body }) => {
    if (!Array.isArray(body)) {
      const request = parse(verifyRequestSchema, body);
      if (!request.ok) return request;
      return done({ status: 200, body: await answerVerification(context, caller, request.value) });
    }
    const requests = parse(verifyBodySchema, body);
    if (!requests.ok) return requests;
    const verdicts: unknown[] = [];
    // In their order, so that those of one key share its limits as they would one by one.
    for (const request of [requests.value].flat())
      verdicts.push(await answerVerification(context, caller, request));
    return done({ status: 200, body: verdicts });
  },
};

/** Judges one request and counts it; gives what is answered. */
export async function answerVerification(
  context: ServerContext,
  { requestId, principal }: Pick<Caller, "requestId" | "principal">,
  request: z.infer<typeof verifyRequestSchema>,
): Promise<unknown> {
  const { key: text = null, ip = null, application, tenant = application, ...rest } = request;
  if (limitsOf(principal) !== null && !(await opens(context, principal, request))) {
    const denied = { code: "unknown-key", rateLimits: [] } as const;
    return { valid: false, ...denied, key: null, answer: publicAnswer(denied) };
  }
  const verdict = await context.verifier.verify({
    text,
    ip,
    ...(tenant !== undefined && { tenant }),
    ...rest,
  });
  const address = ip === null ? null : readAddress(ip);
  recordVerdict(context, verdict, { ip: address, method: rest.method, path: rest.path, requestId });
  if (verdict.ok) {
    const { key, rateLimits } = verdict;
    return { valid: true, key: facts(context, key), rateLimits };
  }
  const { ok: _ok, key, ...denied } = verdict;
  const shown = key === null ? null : facts(context, key);
  return { valid: false, ...denied, key: shown, answer: publicAnswer(verdict) };
}

/** A key outside a token's limits is to it as one that there is none of, and nothing is counted for it. */
async function opens(
  { storage }: ServerContext,
  principal: Principal,
  { key: text, sha256 }: z.infer<typeof verifyRequestSchema>,
): Promise<boolean> {
  const digest = text === undefined ? (sha256 ?? null) : digestOf({ text });
  const found = digest === null ? null : await storage.keys.findBySha256(digest);
  return found === null || isVisible(principal, found.key);
}

function facts({ providers, storage }: ServerContext, key: StoredKey): VerifiedKey {
  const { id, provider, name, kind, environment, label, owner, tags, permissions, expiresAtMs } = key;
  const restrictions = restrictionsOf(key);
  const { tenant = null, product = null, projectTags = null } = restrictions;
  const endsAtMs = Math.min(expiresAtMs ?? Infinity, key.graceSecret?.validUntilMs ?? Infinity);
  const metadata = metadataOf(key);
  const isApplication = providers.get(provider)?.dialect.tenantWord === "application";
  return {
    id,
    provider,
    name,
    kind,
    environment,
    label,
    owner,
    tags,
    permissions,
    tenant,
    application: isApplication ? tenant : null,
    product,
    projectTags,
    expiresAt: isoOrNull(expiresAtMs),
    ...(metadata !== null && { metadata }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    endsInSeconds: endsAtMs === Infinity ? null : Math.max(0, endsAtMs - storage.now()) / 1000,
  };
}
