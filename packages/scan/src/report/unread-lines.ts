import { printable } from "../printable.ts";
import { introduceRemedy, locateUnread } from "./completeness.ts";
import type { Unread } from "./completeness.ts";

const listedUnread = 20;

/** Lists for people what could not be read and why, then each remedy once; no lines where all was read. */
export function renderUnread(unread: readonly Unread[]): readonly string[] {
  const lines = unread
    .slice(0, listedUnread)
    .map((one) => `could not read ${printable(locateUnread(one))}: ${printable(one.reason)}`);
  if (unread.length > listedUnread) {
    lines.push(`could not read ${unread.length - listedUnread} more; --format json lists all`);
  }
  const remedies = new Set(unread.flatMap(({ remedy }) => remedy ?? []));
  return [...lines, ...Array.from(remedies, (remedy) => printable(introduceRemedy(remedy)))];
}
