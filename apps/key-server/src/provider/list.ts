import { z } from "zod";
import { parse } from "../http/parse.ts";
import { readPage } from "../http/page.ts";
import type { ProviderRoute } from "../http/route.ts";
import { done } from "../services/refusal.ts";
import { viewKey } from "../services/view-key.ts";

export const listQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
});

/** Lists the keys that work. The next page is in the Link header, because the documented bodies have no cursor. */
export const list: ProviderRoute = {
  operation: "list",
  right: "list",
  handle: async (context, { profile, dialect }, { caller: { principal }, path, query }) => {
    const { operations } = dialect;
    const parsed = parse(listQuerySchema, query);
    if (!parsed.ok) return parsed;
    const { limit, cursor } = parsed.value;
    const page = await readPage(context, {
      limit,
      cursor,
      provider: profile.id,
      state: "active",
      ...(principal.type === "key" && { environment: principal.key.environment }),
    });
    if (!page.ok) return page;
    const { keys, nextCursor } = page.value;
    const next = nextCursor === null ? null : new URLSearchParams({ limit: `${limit}`, cursor: nextCursor });
    return done({
      status: operations.list.status,
      body: operations.list.response.write(keys.map(viewKey)),
      ...(next !== null && { headers: { link: `<${path}?${next.toString()}>; rel="next"` } }),
    });
  },
};
