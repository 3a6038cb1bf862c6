import { keyEtag } from "@keywarden/management";
import type { ProviderRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { viewKey } from "../keys/view-key.ts";

/** The ETag is the generation, which a rotation takes as If-Match. */
export const showRoute: ProviderRoute = {
  operation: "show",
  right: "list",
  handle: async (context, { profile, dialect }, { caller, params }) => {
    const { show } = dialect.operations;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
    if (!key.ok) return key;
    return done({
      status: show.status,
      body: show.response.write(viewKey(key.value)),
      headers: { etag: keyEtag(key.value.generation, key.value.revision) },
    });
  },
};
