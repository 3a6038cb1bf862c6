import * as z from "zod";

/** What the people who run Keywarden are told about one thing. Keys in it are masked. */
export const noticeSchema = z.object({
  /** The same whenever the notice is sent, so that a receiver can tell a repetition. */
  id: z.string(),
  /** `exposure.revoked`, `alert.fired` … */
  event: z.string(),
  /** One line. */
  title: z.string(),
  /** Names and values, in order. */
  facts: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  /** What to do now; null when there is nothing. */
  remedy: z.string().nullable(),
  /** What a program gets beside these. */
  body: z.record(z.string(), z.unknown()),
});
export type Notice = Readonly<z.infer<typeof noticeSchema>>;

/** Makes what somebody else named fit for one line: a line break in it would forge a header or a line. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "?").slice(0, 2_000);
}
