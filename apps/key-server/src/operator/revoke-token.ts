import { revokedTokenSchema, revokeTokenSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { revokeToken as revoke } from "../auth/revoke-token.ts";

export const revokeTokenRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/tokens/{id}/revoke",
  // Who may revoke keys may revoke a token that it has seen; any other token takes the right to manage tokens.
  right: "revoke",
  contract: {
    summary: "Revoke one of the server's own tokens immediately and permanently",
    body: revokeTokenSchema,
    status: 200,
    answer: revokedTokenSchema,
  },
  handle: async (context, { caller, params, body }) => {
    const request = parse(revokeTokenSchema, body);
    if (!request.ok) return request;
    const revoked = await revoke(context, caller, params["id"] ?? "", request.value?.sha256);
    if (!revoked.ok && revoked.refusal.code === "FORBIDDEN") {
      const route = `${revokeTokenRoute.method} ${revokeTokenRoute.path.replace("{id}", ":id")}`;
      await context.denials.record({ ...caller, route, reason: "forbidden", provider: null });
    }
    return revoked.ok ? done({ status: 200, body: revoked.value }) : revoked;
  },
};
