import { revokedKeySchema } from "@keywarden/management";
import { readIfMatch } from "../http/if-match.ts";
import { noBodySchema, parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { revokeKey as revoke } from "../keys/revoke-key.ts";

/** If-Match is optional here: ending a leaked key must not wait for anybody's last look at it. */
export const revokeKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/{id}/revoke",
  right: "revoke",
  keepsLimits: true,
  contract: {
    summary: "Revoke a key immediately and permanently",
    ifMatch: "optional",
    status: 200,
    answer: revokedKeySchema,
  },
  handle: async (context, { caller, params, body, ifMatch }) => {
    const generation = readIfMatch(ifMatch);
    if (!generation.ok) return generation;
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const revoked = await revoke(context, caller, key.value, generation.value);
    return revoked.ok ? done({ status: 200, body: revoked.value }) : revoked;
  },
};
