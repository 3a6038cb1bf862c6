import { tokenListSchema } from "@keywarden/management";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { viewToken } from "../auth/revoke-token.ts";

export const listTokensRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/tokens",
  right: "tokens",
  contract: {
    summary: "List the server's own tokens, revoked ones too, oldest first and without their texts",
    status: 200,
    answer: tokenListSchema,
  },
  handle: async (context) => {
    const tokens = (await context.storage.tokens.list()).map((token) =>
      viewToken(token, context.storage.now()),
    );
    return done({ status: 200, body: { tokens, total: tokens.length } });
  },
};
