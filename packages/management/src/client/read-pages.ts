import { countOf } from "@keywarden/key-format";
import { ManagementError } from "./management-error.ts";

export interface Page<Item> {
  readonly keys: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageBudget {
  /** Requests at most. */
  readonly requests: number;
  /** Where an earlier reading stopped; from the beginning when absent. */
  readonly cursor?: string | undefined;
}

export type PagesEnd =
  | { readonly isComplete: true; readonly requests: number }
  /** The budget is used up; continue from `cursor`. */
  | { readonly isComplete: false; readonly requests: number; readonly cursor: string };

/**
 * Reads a list page by page until its end or the end of the budget, and returns which of both it was.
 * A key that shifted onto a later page while it was read is given once.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_ANSWER when a cursor comes back that was followed before
 */
export async function* readPages<Item extends { readonly id: string }>(
  readPage: (cursor: string | undefined) => Promise<Page<Item>>,
  budget: PageBudget,
): AsyncGenerator<Item, PagesEnd> {
  const followed = new Set<string>();
  const met = new Set<string>();
  let { cursor } = budget;
  for (let requests = 0; ;) {
    if (cursor !== undefined) {
      if (requests >= budget.requests) return { isComplete: false, requests, cursor };
      if (followed.has(cursor)) {
        throw new ManagementError(
          "MANAGEMENT_BAD_ANSWER",
          `the list of keys loops: after ${countOf(requests, "request")}, a page points to one that was read before`,
        );
      }
      followed.add(cursor);
    }
    const page = await readPage(cursor);
    requests += 1;
    for (const item of page.keys) {
      if (met.has(item.id)) continue;
      met.add(item.id);
      yield item;
    }
    if (page.nextCursor === null) return { isComplete: true, requests };
    cursor = page.nextCursor;
  }
}
