import type { SampleEndpoint } from "@keywarden/management";
import type { FastifyRequest } from "fastify";
import { invalidCredential, missingCredential } from "../http/admit.ts";
import { readBearer } from "../http/bearer.ts";
import { parse } from "../http/parse.ts";
import type { Answer, Call } from "../http/route.ts";
import { authenticate } from "../services/authenticate.ts";
import type { Caller } from "../services/principal.ts";
import { done, refuse, type Outcome } from "../services/refusal.ts";
import type { MountedProvider, ServerContext } from "../services/server-context.ts";

/** Lets a provider's own key in where the key is made for it, and remembers when it was used or turned away. */
export async function admitToSample(
  context: ServerContext,
  { profile }: MountedProvider,
  sample: SampleEndpoint,
  request: FastifyRequest,
): Promise<Outcome<Caller>> {
  const bearer = readBearer(request.headers.authorization);
  if (bearer === null) return missingCredential();
  const authentication = await authenticate(context.storage, bearer);
  const nowMs = context.storage.now();
  if (authentication.status === "dead") context.usage.denied(authentication.key.id, nowMs);
  if (authentication.status !== "known" || authentication.principal.type !== "key")
    return invalidCredential();
  const { principal } = authentication;
  const { key } = principal;
  if (key.provider !== profile.id) return invalidCredential();
  const isOfKind = sample.kinds.includes(key.kind);
  const isPermitted =
    sample.permission === null || key.permissions === null || key.permissions.includes(sample.permission);
  if (!isOfKind || !isPermitted) {
    context.usage.denied(key.id, nowMs);
    const what = isOfKind
      ? `the permission ${sample.permission ?? ""}`
      : `a ${sample.kinds.join(" or ")} key`;
    return refuse(
      "FORBIDDEN",
      `This API key does not have permission for this resource, which needs ${what}. Check what the key was given.`,
    );
  }
  context.usage.used(key.id, nowMs);
  return done({ principal, ip: request.ip, requestId: request.id });
}

export function answerSample(context: ServerContext, sample: SampleEndpoint, call: Call): Outcome<Answer> {
  const { principal } = call.caller;
  if (principal.type !== "key") return invalidCredential();
  if (sample.request !== null) {
    const request = parse(sample.request, call.body);
    if (!request.ok) return request;
  }
  const { id, name, kind, environment, label } = principal.key;
  const body = sample.answer({
    params: call.params,
    key: { id, name, kind, environment, label },
    nowMs: context.storage.now(),
  });
  return done({ status: sample.status, body });
}
