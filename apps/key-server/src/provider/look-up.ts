import { parsed } from "../http/parse.ts";
import type { ProviderRoute } from "../http/route.ts";
import { lookUpKey } from "../keys/look-up-key.ts";
import { done } from "../refusal.ts";

/** Always 200: that a fingerprint is not the provider's is an answer, not a failure. */
export const lookUpRoute: ProviderRoute = {
  operation: "lookup",
  right: "lookup",
  handle: async (context, { profile, dialect }, { caller, body }) => {
    const { lookup } = dialect.operations;
    const request = parsed(lookup.request.read(body));
    if (!request.ok) return request;
    const found = await lookUpKey(context, caller.principal, request.value.fingerprint, profile.id);
    return done({ status: lookup.status, body: lookup.response.write(found) });
  },
};
