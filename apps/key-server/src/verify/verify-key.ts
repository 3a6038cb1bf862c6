import {
  readAddress,
  verifyAnswerSchema,
  verifyBodySchema,
  verifyRequestSchema,
  type VerifiedKey,
} from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { digestOf, publicAnswer, type Verdict, type VerifyRequest } from "@keywarden/verifier";
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

type VerifyFields = z.infer<typeof verifyRequestSchema>;

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

/** Judges one request and counts it; gives what is answered, at once where nothing has to be waited for. */
export function answerVerification(
  context: ServerContext,
  caller: Pick<Caller, "requestId" | "principal">,
  request: VerifyFields,
): unknown {
  if (limitsOf(caller.principal) !== null) return answerWithinLimits(context, caller, request);
  return judge(context, caller.requestId, request);
}

async function answerWithinLimits(
  context: ServerContext,
  { requestId, principal }: Pick<Caller, "requestId" | "principal">,
  request: VerifyFields,
): Promise<unknown> {
  if (await opens(context, principal, request)) return judge(context, requestId, request);
  const denied = { code: "unknown-key", rateLimits: [] } as const;
  return { valid: false, ...denied, key: null, answer: publicAnswer(denied) };
}

function judge(context: ServerContext, requestId: string, request: VerifyFields): unknown {
  const { key: text = null, ip = null, method, path, application, tenant = application } = request;
  // Written out, since to copy what is left of an object takes as long as to judge it.
  const { sha256, referrer, provider, kinds, permission, product, projectTags, unchecked, cost } = request;
  const verdict = context.verifier.decide({
    text,
    sha256,
    ip,
    referrer,
    method,
    path,
    provider,
    kinds,
    permission,
    product,
    tenant,
    projectTags,
    unchecked,
    cost,
  } satisfies Record<keyof VerifyRequest, unknown>);
  const facts = { ip: ip === null ? null : readAddress(ip), method, path, requestId };
  return verdict instanceof Promise
    ? verdict.then((decided) => show(context, decided, facts))
    : show(context, verdict, facts);
}

/** Remembers what was decided, and says it. */
function show(
  context: ServerContext,
  verdict: Verdict<StoredKey>,
  request: Parameters<typeof recordVerdict>[2],
): unknown {
  recordVerdict(context, verdict, request);
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
  { key: text, sha256 }: VerifyFields,
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
