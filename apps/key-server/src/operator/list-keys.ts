import { keyPageSchema, keyQuerySchema, type KeyQuery as ListedQuery } from "@keywarden/management";
import type { KeyQuery } from "@keywarden/storage";
import { parse } from "../http/parse.ts";
import { readPage } from "../http/page.ts";
import type { OperatorRoute } from "../http/route.ts";
import { limitsOf } from "../auth/principal.ts";
import { done, refuse } from "../refusal.ts";
import { requireKnownProvider } from "../keys/require-known-provider.ts";
import { latestSecretMs, rotationStateOf } from "../keys/rotation-state.ts";
import { viewKey } from "../keys/view-key.ts";

export const listKeysRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/keys",
  right: "list",
  keepsLimits: true,
  contract: {
    summary: "List keys, oldest first, and say how many there are",
    query: keyQuerySchema,
    status: 200,
    answer: keyPageSchema,
    isCompressed: true,
  },
  handle: async (context, call) => {
    const query = parse(keyQuerySchema, call.query);
    if (!query.ok) return query;
    const { rotation, cursor, provider } = query.value;
    const contradiction = contradictionOf(query.value);
    if (contradiction !== null) return refuse("BAD_REQUEST", contradiction);
    const known = await requireKnownProvider(context, provider);
    if (!known.ok) return known;
    const { providers, storage } = context;
    const latestMs = rotation === undefined ? null : latestSecretMs(rotation, providers, storage.now());
    const within = limitsOf(call.caller.principal);
    const wanted = { ...storedQuery(query.value, latestMs), cursor, ...(within !== null && { within }) };
    const page = await readPage(context, wanted, (keys) => {
      const listed =
        rotation === undefined ? keys : keys.filter((key) => rotationStateOf(key, providers) === rotation);
      return listed.map(viewKey);
    });
    if (!page.ok) return page;
    const { items, nextCursor } = page.value;
    const { cursor: _cursor, limit: _limit, ...counted } = wanted;
    const total = rotation === undefined ? await context.totals.count(counted, cursor === undefined) : null;
    return done({ status: 200, body: { keys: items, nextCursor, total } });
  },
};

/** Says what no key can be at once: that there is none would sound like an answer. */
function contradictionOf({ state, rotation, ...times }: ListedQuery): string | null {
  const isOver = (word: string | undefined): boolean => word === "revoked" || word === "expired";
  if (
    state !== undefined &&
    rotation !== undefined &&
    state !== rotation &&
    isOver(state) !== isOver(rotation)
  )
    return `rotation: a key that is ${state} is never ${rotation}`;
  const isEmpty = (from: string | undefined, before: string | undefined): boolean =>
    from !== undefined && before !== undefined && Date.parse(from) >= Date.parse(before);
  if (isEmpty(times.secretCreatedFrom, times.secretCreatedBefore))
    return "secretCreatedFrom: must be before secretCreatedBefore";
  return isEmpty(times.usedFrom, times.usedBefore) ? "usedFrom: must be before usedBefore" : null;
}

function storedQuery(query: ListedQuery, latestMs: number | null): KeyQuery & { limit: number } {
  const { limit, provider, state, kind, environment, owner, tag, rotation } = query;
  const before = Math.min(momentOf(query.secretCreatedBefore) ?? Infinity, latestMs ?? Infinity);
  const secretCreatedFromMs = momentOf(query.secretCreatedFrom);
  const usedBeforeMs = momentOf(query.usedBefore);
  const usedFromMs = momentOf(query.usedFrom);
  const unusedSinceMs = momentOf(query.unusedSince);
  const wantedState = state ?? (rotation === "revoked" || rotation === "expired" ? rotation : undefined);
  return {
    limit,
    ...(provider !== undefined && { provider }),
    ...(wantedState !== undefined && { state: wantedState }),
    ...(kind !== undefined && { kind }),
    ...(environment !== undefined && { environment }),
    ...(owner !== undefined && { owner }),
    ...(tag !== undefined && { tags: typeof tag === "string" ? [tag] : tag }),
    ...(before !== Infinity && { secretCreatedBeforeMs: before }),
    ...(secretCreatedFromMs !== undefined && { secretCreatedFromMs }),
    ...(usedBeforeMs !== undefined && { usedBeforeMs }),
    ...(usedFromMs !== undefined && { usedFromMs }),
    ...(unusedSinceMs !== undefined && { unusedSinceMs }),
  };
}

function momentOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
