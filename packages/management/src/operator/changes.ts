import * as z from "zod";
import { managedKeySchema } from "../schemas/managed-key.ts";
import { timestampSchema } from "../schemas/vocabulary.ts";

/** The longest that a server waits for a change before it answers that there is none. */
const longestWaitSeconds = 60;

/** The first 16 hex digits of the hash that the audit chain has at a position. */
const changeMarkSchema = z.string().regex(/^[0-9a-f]{16}$/, "must be the mark of an earlier page");

export const changeQuerySchema = z.strictObject({
  /** The last sequence number that the caller knows; without it, only where the feed stands now is answered. */
  after: z.coerce.number().int().min(0).optional(),
  /** That of the page which named `after`: 400 where the storage is another one, such as a restored backup. */
  mark: changeMarkSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** So many seconds the answer may wait for a change when there is none yet. */
  wait: z.coerce.number().min(0).max(longestWaitSeconds).default(0),
});
export type ChangeQuery = z.infer<typeof changeQuerySchema>;

const changeSchema = z.object({
  /** Goes up with every change, across processes and restarts; numbers are left out. */
  sequence: z.int(),
  at: timestampSchema,
  kind: z.enum(["key", "token", "alert", "rotation", "event"]),
  /** Of the key, token, alert, rotation or security event that changed. */
  id: z.string(),
  /** What was done, as in the audit: `key.rotated`. */
  action: z.string(),
  actor: z.string(),
  keyId: z.string().nullable(),
  provider: z.string().nullable(),
});
export type Change = z.infer<typeof changeSchema>;

/** What changed after a position in the order of all changes, each change once and in that order. */
export const changePageSchema = z.object({
  changes: z.array(changeSchema),
  /** The keys that the changes are about, as they are now. */
  keys: z.array(managedKeySchema),
  /** Where to go on, also when nothing changed. */
  nextAfter: z.int(),
  /** What the storage had at `nextAfter`, to be sent with it. Absent from older servers. */
  mark: changeMarkSchema.optional(),
  /** Whether there is more already. */
  hasMore: z.boolean(),
});
export type ChangePage = z.infer<typeof changePageSchema>;
