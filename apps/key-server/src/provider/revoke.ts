import { noBodySchema, parse } from "../http/parse.ts";
import type { ProviderRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { revokeKey } from "../keys/revoke-key.ts";

export const revokeRoute: ProviderRoute = {
  operation: "revoke",
  right: "revoke",
  handle: async (context, { profile, dialect }, { caller, params, body }) => {
    const { revoke } = dialect.operations;
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
    if (!key.ok) return key;
    const revoked = await revokeKey(context, caller, key.value);
    return revoked.ok ? done({ status: revoke.status, body: revoke.response.write(revoked.value) }) : revoked;
  },
};
