import type { KeyQuery, StoredKey } from "@keywarden/storage";
import * as z from "zod";
import { parse } from "../http/parse.ts";
import { readPage } from "../http/page.ts";
import type { ProviderRoute } from "../http/route.ts";
import { limitsOf } from "../auth/principal.ts";
import { done } from "../refusal.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import { viewKey } from "../keys/view-key.ts";

export const listQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
});

/** Lists the keys that work. The next page is in the Link header, because the documented bodies have no cursor. */
export const listRoute: ProviderRoute = {
  operation: "list",
  right: "list",
  handle: async (context, { profile, dialect }, { caller: { principal }, path, query }) => {
    const { operations } = dialect;
    const parsed = parse(listQuerySchema, query);
    if (!parsed.ok) return parsed;
    const { limit, cursor } = parsed.value;
    const within = limitsOf(principal);
    const wanted = {
      limit,
      cursor,
      provider: profile.id,
      state: "active",
      ...(principal.type === "key" && visibleTo(principal.key)),
      ...(within !== null && { within }),
    } as const;
    const page = await readPage(context, wanted, (keys) => keys.map(viewKey));
    if (!page.ok) return page;
    const { items, nextCursor } = page.value;
    const next = nextCursor === null ? null : new URLSearchParams({ limit: `${limit}`, cursor: nextCursor });
    return done({
      status: operations.list.status,
      body: operations.list.response.write(items),
      ...(next !== null && { headers: { link: `<${path}?${next.toString()}>; rel="next"` } }),
    });
  },
};

/** The keys that one key may know of: isVisible says the same of a single one. */
function visibleTo(key: StoredKey): Pick<KeyQuery, "environment" | "tenant" | "product"> {
  const { tenant, product } = restrictionsOf(key);
  return {
    environment: key.environment,
    ...(tenant !== undefined && { tenant }),
    ...(product !== undefined && { product }),
  };
}
