import { keyPageSchema, keyQuerySchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import { readPage } from "../http/page.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../services/refusal.ts";
import { viewKey } from "../services/view-key.ts";

export const listKeys: OperatorRoute = {
  method: "GET",
  path: "/v1/keys",
  right: "list",
  contract: { summary: "List keys, oldest first", query: keyQuerySchema, status: 200, answer: keyPageSchema },
  handle: async (context, call) => {
    const query = parse(keyQuerySchema, call.query);
    if (!query.ok) return query;
    const { limit, cursor, provider, state, kind, environment } = query.value;
    const page = await readPage(context, {
      limit,
      cursor,
      ...(provider !== undefined && { provider }),
      ...(state !== undefined && { state }),
      ...(kind !== undefined && { kind }),
      ...(environment !== undefined && { environment }),
    });
    if (!page.ok) return page;
    const { keys, nextCursor } = page.value;
    return done({ status: 200, body: { keys: keys.map(viewKey), nextCursor } });
  },
};
