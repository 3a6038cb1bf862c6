import { meantOrKnown } from "@keywarden/key-format";
import { createTokenSchema, issuedTokenSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { issueToken, makeTokenText } from "@keywarden/storage";
import { actorOf, originOf } from "../auth/principal.ts";
import { isoOrNull } from "../keys/view-key.ts";
import { done, refuse } from "../refusal.ts";

export const createTokenRoute: OperatorRoute = {
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
    const { name, role, expiresAt, limits = null } = input.value;
    const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
    if (expiresAtMs !== null && expiresAtMs <= context.storage.now())
      return refuse("BAD_REQUEST", "expiresAt is in the past; give a later time or leave it out");
    const unknown = limits?.providers?.find((id) => !context.providers.has(id));
    if (unknown !== undefined) {
      const meant = meantOrKnown(unknown, [...context.providers.keys()], "providers");
      return refuse("BAD_REQUEST", `Unknown provider ${JSON.stringify(unknown)}.${meant}`);
    }
    const text = makeTokenText(context.randomBytes);
    const origin = { actor: actorOf(caller.principal), ...originOf(caller) };
    const id = await issueToken(context.storage, { name, role, expiresAtMs, limits, text }, origin);
    return done({
      status: 201,
      body: { id, name, role, limits, expiresAt: isoOrNull(expiresAtMs), token: text.reveal() },
    });
  },
};
