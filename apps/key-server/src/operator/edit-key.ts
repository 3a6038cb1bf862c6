import { changedKeySchema, editKeySchema, keyEtag } from "@keywarden/management";
import { readStateMatch } from "../http/if-match.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { editKey as edit } from "../keys/edit-key.ts";
import { done, refuse } from "../refusal.ts";

export const editKeyRoute: OperatorRoute = {
  method: "PATCH",
  path: "/v1/keys/{id}",
  right: "edit",
  keepsLimits: true,
  contract: {
    summary: "Change a key's name, owner, tags, metadata, permissions, restrictions or expiry",
    body: editKeySchema,
    ifMatch: "required",
    status: 200,
    answer: changedKeySchema,
    headers: ["ETag"],
  },
  handle: async (context, { caller, params, body, ifMatch }) => {
    if (ifMatch === undefined)
      return refuse("PRECONDITION_REQUIRED", 'send the ETag that you saw as If-Match, for example "1"');
    const seen = readStateMatch(ifMatch);
    if (!seen.ok) return seen;
    const wanted = parse(editKeySchema, body);
    if (!wanted.ok) return wanted;
    const edited = await edit(context, caller, { id: params["id"] ?? "", seen: seen.value }, wanted.value);
    if (!edited.ok) return edited;
    const { generation, revision } = edited.value.key;
    return done({ status: 200, body: edited.value, headers: { etag: keyEtag(generation, revision) } });
  },
};
