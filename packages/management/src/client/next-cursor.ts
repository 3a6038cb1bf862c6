import { ManagementError } from "./management-error.ts";

/**
 * Reads the cursor of the next page from a `Link` header (RFC 8288); null when this is the last page.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_ANSWER when the next page is on another origin or has no cursor
 */
export function nextCursor(link: string | null, requested: URL): string | null {
  for (const [, target, parameters] of (link ?? "").matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (target === undefined || parameters === undefined) continue;
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i.exec(parameters);
    if (!(relation?.[1] ?? relation?.[2] ?? "").toLowerCase().split(/\s+/).includes("next")) continue;
    const url = URL.canParse(target, requested.href) ? new URL(target, requested) : null;
    const cursor = url?.searchParams.get("cursor");
    if (url?.origin === requested.origin && cursor !== null && cursor !== undefined) return cursor;
    throw new ManagementError(
      "MANAGEMENT_BAD_ANSWER",
      `${requested.host} named a next page that cannot be followed`,
    );
  }
  return null;
}
