import { tokenListSchema, tokenQuerySchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { viewToken } from "../auth/revoke-token.ts";

export const listTokensRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/tokens",
  right: "tokens",
  contract: {
    summary: "List the server's own tokens, revoked ones too, oldest first and without their texts",
    query: tokenQuerySchema,
    status: 200,
    answer: tokenListSchema,
  },
  handle: async (context, { query }) => {
    const asked = parse(tokenQuerySchema, query);
    if (!asked.ok) return asked;
    const tokens = (await context.storage.tokens.list()).map((token) =>
      viewToken(token, context.storage.now()),
    );
    return done({ status: 200, body: { tokens: tokens.slice(0, asked.value.limit), total: tokens.length } });
  },
};
