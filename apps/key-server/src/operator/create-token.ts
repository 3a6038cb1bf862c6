import { createTokenSchema, issuedTokenSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { issueToken, makeTokenText } from "@keywarden/storage";
import { actorOf, originOf } from "../auth/principal.ts";
import { done } from "../refusal.ts";

export const createToken: OperatorRoute = {
  method: "POST",
  path: "/v1/tokens",
  right: "tokens",
  contract: {
    summary: "Create a token of the server's own",
    body: createTokenSchema,
    status: 201,
    answer: issuedTokenSchema,
  },
  handle: async (context, { caller, body }) => {
    const input = parse(createTokenSchema, body);
    if (!input.ok) return input;
    const { name, role } = input.value;
    const text = makeTokenText(context.randomBytes);
    const origin = { actor: actorOf(caller.principal), ...originOf(caller) };
    const id = await issueToken(context.storage, { name, role, text }, origin);
    return done({ status: 201, body: { id, name, role, token: text.reveal() } });
  },
};
