import { keyEtag, rotatedKeySchema } from "@keywarden/management";
import { readIfMatch } from "../http/if-match.ts";
import { readDelivery } from "../http/read-delivery.ts";
import { repeatHeader } from "../http/headers.ts";
import { noBodySchema, parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { providerOf } from "../mounted-providers.ts";
import { done, refuse } from "../refusal.ts";
import { rotateKey as rotate } from "../keys/rotate-key.ts";

export const rotateKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/{id}/rotate",
  right: "rotate",
  keepsLimits: true,
  contract: {
    summary: "Replace a key's secret",
    ifMatch: "required",
    status: 201,
    answer: rotatedKeySchema,
    headers: ["ETag"],
  },
  handle: async (context, call) => {
    const { caller, params, body, ifMatch, idempotencyKey } = call;
    if (ifMatch === undefined) {
      return refuse(
        "PRECONDITION_REQUIRED",
        'send the generation that you saw as If-Match, for example If-Match: "1"',
      );
    }
    const generation = readIfMatch(ifMatch);
    if (!generation.ok) return generation;
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const delivery = readDelivery(call);
    if (!delivery.ok) return delivery;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const provider = providerOf(context, key.value);
    if (!provider.ok) return provider;
    const rotated = await rotate(context, provider.value, caller, key.value, {
      expectedGeneration: generation.value,
      idempotencyKey,
      delivery: delivery.value,
    });
    if (!rotated.ok) return rotated;
    const { secret, isRepeat, ...facts } = rotated.value;
    return done({
      status: 201,
      body: { ...facts, secret: secret.reveal() },
      headers: { etag: keyEtag(facts.key.generation, facts.key.revision), ...repeatHeader(isRepeat) },
    });
  },
};
