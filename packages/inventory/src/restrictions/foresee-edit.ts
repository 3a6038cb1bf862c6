import type { EditKey, UsageReport } from "@keywarden/management";
import { refusedLately, type CountedUse, type EndpointMatch, type Foresight } from "./refused-lately.ts";

/** The time of a key's use that is asked for. */
export interface AskedUse {
  /** An instant of ISO 8601. */
  readonly from: string;
  readonly bucket: "day" | "minute";
}

const dayMs = 86_400_000;
const countedDays = 90;
// Minutes are kept for three hours.
const countedMinutes = 170;

/**
 * Says what an edit of a key's permissions and restrictions would have refused of what was let in lately, and what nobody
 * counted. `readUse` gives null for what cannot be read, which is said to be unknown.
 */
export async function foreseeEdit(
  { permissions, restrictions }: Pick<EditKey, "permissions" | "restrictions">,
  readUse: (asked: AskedUse) => Promise<UsageReport | null>,
  nowMs: number,
  matches: EndpointMatch,
): Promise<readonly Foresight[]> {
  const since = (spanMs: number): string => new Date(nowMs - spanMs).toISOString();
  const use: CountedUse = {
    features: await readUse({ from: since(countedDays * dayMs), bucket: "day" }),
    minutes: await readUse({ from: since(countedMinutes * 60_000), bucket: "minute" }),
  };
  return [
    ...(permissions === undefined ? [] : [permissionsUncounted]),
    ...refusedLately(restrictions ?? {}, use, matches),
  ];
}

const permissionsUncounted: Foresight = {
  text: "Which permission its calls needed is not counted: what needs another one is refused.",
  tone: "warning",
};
