import type { SampleEndpoint } from "@keywarden/management";
import type { FastifyRequest } from "fastify";
import { refuseDenied } from "../http/admit.ts";
import { readBearer } from "../http/headers.ts";
import { parse } from "../http/parse.ts";
import { requestFacts } from "../http/request-facts.ts";
import type { Answer, AdmittedCall } from "../http/route.ts";
import { kindWord } from "../restrictions/kind-word.ts";
import type { Caller } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { recordVerdict } from "../usage/record-verdict.ts";

/** Lets a provider's own key in where the key is made for it, and remembers when it was used or turned away. */
export async function admitToSample(
  context: ServerContext,
  { profile, dialect }: MountedProvider,
  sample: SampleEndpoint,
  request: FastifyRequest,
): Promise<Outcome<Caller>> {
  const bearer = readBearer(request.headers.authorization);
  const { kinds, permission } = sample;
  const verdict = await context.verifier.verify({
    text: bearer,
    ...requestFacts(request, profile.id),
    kinds,
    permission,
  });
  const { ip, id: requestId } = request;
  // The template is known, so no path has to be read for the name of what is used.
  recordVerdict(context, verdict, { ip, method: sample.method, path: sample.path, requestId });
  if (verdict.ok) {
    const { key, rateLimits } = verdict;
    return done({ principal: { type: "key", key }, rateLimits, ip, requestId });
  }
  if (verdict.code !== "kind-not-allowed" && verdict.code !== "permission-missing")
    return refuseDenied(verdict);
  const isPermission = verdict.code === "permission-missing";
  const what = isPermission
    ? `the permission ${permission ?? ""}`
    : `a ${kinds.map((kind) => kindWord(dialect, kind)).join(" or ")} key`;
  return refuse(
    "FORBIDDEN",
    `This API key does not have permission for this resource, which needs ${what}. Check what the key was given.`,
  );
}

export function answerSample(
  context: ServerContext,
  sample: SampleEndpoint,
  call: AdmittedCall,
): Outcome<Answer> {
  const { principal } = call.caller;
  if (principal.type !== "key") throw new TypeError("a sample was called by a token");
  if (sample.request !== null) {
    const request = parse(sample.request, call.body);
    if (!request.ok) return request;
  }
  const { id, name, kind, environment, label } = principal.key;
  const restrictions = restrictionsOf(principal.key);
  const body = sample.answer({
    params: call.params,
    key: { id, name, kind, environment, label, restrictions },
    nowMs: context.storage.now(),
  });
  if (body !== null) return done({ status: sample.status, body });
  return refuse(
    "FORBIDDEN",
    "This API key does not have permission for this resource, or there is none. Check what the key is restricted to.",
  );
}
