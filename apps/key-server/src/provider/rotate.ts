import { readIfMatch } from "../http/if-match.ts";
import { readDelivery } from "../http/read-delivery.ts";
import { repeatHeader } from "../http/headers.ts";
import { noBodySchema, parse } from "../http/parse.ts";
import type { ProviderRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { rotateKey } from "../keys/rotate-key.ts";

/** If-Match is optional here, because no provider's document asks for it. */
export const rotateRoute: ProviderRoute = {
  operation: "rotate",
  right: "rotate",
  handle: async (context, provider, call) => {
    const { caller, params, body, ifMatch, idempotencyKey } = call;
    const { rotate } = provider.dialect.operations;
    const generation = readIfMatch(ifMatch);
    if (!generation.ok) return generation;
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const delivery = readDelivery(call);
    if (!delivery.ok) return delivery;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", provider.profile.id);
    if (!key.ok) return key;
    const rotated = await rotateKey(context, provider, caller, key.value, {
      expectedGeneration: generation.value,
      idempotencyKey,
      delivery: delivery.value,
    });
    if (!rotated.ok) return rotated;
    const { isRepeat, ...facts } = rotated.value;
    const headers = repeatHeader(isRepeat);
    return done({ status: rotate.status, body: rotate.response.write(facts), headers });
  },
};
