import { keyExportPageSchema, keyExportQuerySchema } from "@keywarden/management";
import { readPage } from "../http/page.ts";
import { parse } from "../http/parse.ts";
import { requireKnownProvider } from "../keys/require-known-provider.ts";
import type { OperatorRoute } from "../http/route.ts";
import { recordOf } from "../keys/key-record.ts";
import { actorOf, originOf } from "../auth/principal.ts";
import { done } from "../refusal.ts";

export const exportKeysRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/keys/export",
  right: "export",
  contract: {
    summary: "Read all that is known of keys, with their hashes, oldest first",
    query: keyExportQuerySchema,
    status: 200,
    answer: keyExportPageSchema,
  },
  handle: async (context, { caller, query: given }) => {
    const query = parse(keyExportQuerySchema, given);
    if (!query.ok) return query;
    const { limit, cursor, provider } = query.value;
    const known = await requireKnownProvider(context, provider);
    if (!known.ok) return known;
    const { storage } = context;
    const wanted = { limit, cursor, ...(provider !== undefined && { provider }) };
    const page = await readPage(context, wanted, async (keys) => {
      const rotated = keys.filter(({ generation }) => generation > 1).map(({ id }) => id);
      const older = Map.groupBy(await storage.keys.listSecretsOf(rotated), ({ keyId }) => keyId);
      return keys.map((key) => recordOf(key, older.get(key.id) ?? [key.secret]));
    });
    if (!page.ok) return page;
    const { items: keys, nextCursor } = page.value;
    // Every page, since a cursor proves nothing: whoever knows how one is written can begin with it.
    const details = {
      ...originOf(caller),
      ...(provider !== undefined && { provider }),
      keys: keys.length,
      isContinued: cursor !== undefined,
    };
    await storage.audit.append({ action: "keys.exported", actor: actorOf(caller.principal), details });
    return done({ status: 200, body: { keys, nextCursor } });
  },
};
