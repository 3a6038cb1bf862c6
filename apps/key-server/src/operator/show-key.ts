import { keyEtag, managedKeySchema } from "@keywarden/management";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { viewKey } from "../keys/view-key.ts";

export const showKeyRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/keys/{id}",
  right: "list",
  keepsLimits: true,
  contract: { summary: "Show one key", status: 200, answer: managedKeySchema, headers: ["ETag"] },
  handle: async (context, { caller, params }) => {
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    return done({
      status: 200,
      body: viewKey(key.value),
      headers: { etag: keyEtag(key.value.generation, key.value.revision) },
    });
  },
};
