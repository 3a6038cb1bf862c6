import type { EmulatedCall } from "./route.ts";

export interface EmulatedPage<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

const defaultPerPage = 30;
const mostPerPage = 100;

/** The page that `page` and `per_page` ask for, with the `Link` header to its neighbours. */
export function paginate<Item>(
  items: readonly Item[],
  { query, state }: EmulatedCall,
  path: string,
): EmulatedPage<Item> {
  const perPage = perPageOf(query);
  const page = Math.max(1, Number(query["page"] ?? 1));
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (target: number, relation: string): string => {
    const search = new URLSearchParams({ ...query, page: String(target) });
    return `<${state.url}${path}?${search.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

export function perPageOf(query: Readonly<Record<string, string>>): number {
  return Math.min(mostPerPage, Math.max(1, Number(query["per_page"] ?? defaultPerPage)));
}
