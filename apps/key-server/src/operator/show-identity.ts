import { identitySchema } from "@keywarden/management";
import type { OperatorRoute } from "../http/route.ts";
import { actorOf } from "../auth/principal.ts";
import { done, refuse } from "../refusal.ts";

export const showIdentityRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/me",
  right: "identity",
  keepsLimits: true,
  contract: { summary: "Show who the token is", status: 200, answer: identitySchema },
  handle: async (_context, { caller: { principal } }) =>
    principal.type !== "key"
      ? done({
          status: 200,
          body: {
            principal: actorOf(principal),
            role: principal.role,
            ...(principal.limits !== null && { limits: principal.limits }),
          },
        })
      : refuse("FORBIDDEN", "a provider's key has no role here"),
};
