import {
  readAddress,
  verifyAnswerSchema,
  verifyBodySchema,
  verifyRequestSchema,
  type VerifiedKey,
} from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { publicAnswer } from "@keywarden/verifier";
import type { z } from "zod";
import type { Caller } from "../auth/principal.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { metadataOf } from "../keys/metadata-of.ts";
import { isoOrNull } from "../keys/view-key.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { ServerContext } from "../server-context.ts";
import { done } from "../refusal.ts";
import { recordVerdict } from "../usage/record-verdict.ts";

/** Always 200: that a key may not do something is an answer to whoever asks for it, not a failure. */
export const verifyKey: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/verify",
  right: "verify",
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
      return done({ status: 200, body: await judge(context, caller, request.value) });
    }
    const requests = parse(verifyBodySchema, body);
    if (!requests.ok) return requests;
    const verdicts: unknown[] = [];
    // In their order, so that those of one key share its limits as they would one by one.
    for (const request of [requests.value].flat()) verdicts.push(await judge(context, caller, request));
    return done({ status: 200, body: verdicts });
  },
};

async function judge(
  context: ServerContext,
  { requestId }: Caller,
  request: z.infer<typeof verifyRequestSchema>,
): Promise<unknown> {
  const { key: text = null, ip = null, application, tenant = application, ...rest } = request;
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

function facts({ providers }: ServerContext, key: StoredKey): VerifiedKey {
  const { id, provider, name, kind, environment, label, owner, tags, permissions, expiresAtMs } = key;
  const { tenant = null, product = null, projectTags = null } = restrictionsOf(key);
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
  };
}
