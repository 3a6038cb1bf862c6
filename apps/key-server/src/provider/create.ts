import { parsed } from "../http/parse.ts";
import type { ProviderRoute } from "../http/route.ts";
import { issueKey } from "../services/issue-key.ts";
import { done } from "../services/refusal.ts";

export const create: ProviderRoute = {
  operation: "create",
  right: "create",
  handle: async (context, provider, { caller, body, idempotencyKey }) => {
    const { create } = provider.dialect.operations;
    const input = parsed(create.request.read(body));
    if (!input.ok) return input;
    const issued = await issueKey(context, provider, caller, { ...input.value, idempotencyKey });
    return issued.ok ? done({ status: create.status, body: create.response.write(issued.value) }) : issued;
  },
};
