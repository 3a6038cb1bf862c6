import { meantOrKnown } from "@keywarden/key-format";
import { createKeySchema, issuedKeySchema, keyEtag } from "@keywarden/management";
import { readDelivery } from "../http/read-delivery.ts";
import { repeatHeader } from "../http/headers.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { issueKey } from "../keys/issue-key.ts";
import { done, refuse } from "../refusal.ts";

export const createKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys",
  right: "create",
  keepsLimits: true,
  contract: {
    summary: "Create a key; its text is in this answer and nowhere else",
    body: createKeySchema,
    status: 201,
    answer: issuedKeySchema,
    headers: ["Location", "ETag"],
  },
  handle: async (context, call) => {
    const { caller, body, idempotencyKey } = call;
    const input = parse(createKeySchema, body);
    if (!input.ok) return input;
    const delivery = readDelivery(call);
    if (!delivery.ok) return delivery;
    const { provider: providerId, expiresAt, ...wanted } = input.value;
    const provider = context.providers.get(providerId);
    if (provider === undefined) {
      const known = [...context.providers.keys()];
      const meant = meantOrKnown(providerId, known, "providers");
      return refuse("BAD_REQUEST", `Unknown provider ${JSON.stringify(providerId)}.${meant}`);
    }
    const issued = await issueKey(context, provider, caller, {
      ...wanted,
      idempotencyKey,
      delivery: delivery.value,
      ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
    });
    if (!issued.ok) return issued;
    const { key, secret, isRepeat } = issued.value;
    return done({
      status: 201,
      body: { key, secret: secret.reveal() },
      headers: {
        location: `/v1/keys/${key.id}`,
        etag: keyEtag(key.generation, key.revision),
        ...repeatHeader(isRepeat),
      },
    });
  },
};
