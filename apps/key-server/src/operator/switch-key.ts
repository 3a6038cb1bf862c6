import { changedKeySchema, keyEtag } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { readStateMatch } from "../http/if-match.ts";
import { noBodySchema, parse } from "../http/parse.ts";
import type { Answer, AdmittedCall, OperatorRoute } from "../http/route.ts";
import { changeKey } from "../keys/change-key.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";

const contract = { ifMatch: "optional", status: 200, answer: changedKeySchema, headers: ["ETag"] } as const;

/** Whoever may end a key for ever may also do so until somebody has looked at it. */
export const disableKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/{id}/disable",
  right: "revoke",
  keepsLimits: true,
  contract: { summary: "Refuse a key until it is enabled again", ...contract },
  handle: (context, call) => switchKey(context, call, true),
};

export const enableKeyRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/{id}/enable",
  right: "edit",
  keepsLimits: true,
  contract: { summary: "Accept a disabled key again", ...contract },
  handle: (context, call) => switchKey(context, call, false),
};

async function switchKey(
  context: ServerContext,
  { caller, params, body, ifMatch }: AdmittedCall,
  isDisabled: boolean,
): Promise<Outcome<Answer>> {
  const seen = readStateMatch(ifMatch ?? "*");
  if (!seen.ok) return seen;
  const empty = parse(noBodySchema, body);
  if (!empty.ok) return empty;
  const switched = await changeKey(context, caller, {
    id: params["id"] ?? "",
    seen: seen.value,
    action: isDisabled ? "key.disabled" : "key.enabled",
    decide: (key) => {
      const dead = refuseDead(key);
      return dead.ok ? done({ isDisabled }) : dead;
    },
  });
  if (!switched.ok) return switched;
  const { generation, revision } = switched.value.key;
  return done({ status: 200, body: switched.value, headers: { etag: keyEtag(generation, revision) } });
}

function refuseDead({ state }: StoredKey): Outcome<null> {
  if (state === "revoked") return refuse("KEY_REVOKED", "a revoked key stays revoked; create a new one");
  return state === "expired"
    ? refuse("KEY_EXPIRED", "an expired key stays expired; create a new one")
    : done(null);
}
