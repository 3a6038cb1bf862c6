import { revokedTokenSchema } from "@keywarden/management";
import { noBodySchema, parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { revokeToken as revoke } from "../auth/revoke-token.ts";

export const revokeToken: OperatorRoute = {
  method: "POST",
  path: "/v1/tokens/{id}/revoke",
  right: "tokens",
  contract: {
    summary: "End a token of the server's own at once and for ever",
    status: 200,
    answer: revokedTokenSchema,
  },
  handle: async (context, { caller, params, body }) => {
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const revoked = await revoke(context, caller, params["id"] ?? "");
    return revoked.ok ? done({ status: 200, body: revoked.value }) : revoked;
  },
};
