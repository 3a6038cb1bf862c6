import { parsed } from "../http/parse.ts";
import { readDelivery } from "../http/read-delivery.ts";
import { repeatHeader } from "../http/headers.ts";
import type { ProviderRoute } from "../http/route.ts";
import { issueKey } from "../keys/issue-key.ts";
import { done } from "../refusal.ts";

export const createRoute: ProviderRoute = {
  operation: "create",
  right: "create",
  handle: async (context, provider, call) => {
    const { caller, body, idempotencyKey } = call;
    const { create } = provider.dialect.operations;
    const input = parsed(create.request.read(body));
    if (!input.ok) return input;
    const delivery = readDelivery(call);
    if (!delivery.ok) return delivery;
    const wanted = { ...input.value, idempotencyKey, delivery: delivery.value };
    const issued = await issueKey(context, provider, caller, wanted);
    if (!issued.ok) return issued;
    const { isRepeat, ...made } = issued.value;
    const headers = repeatHeader(isRepeat);
    return done({ status: create.status, body: create.response.write(made), headers });
  },
};
