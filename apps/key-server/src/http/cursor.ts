import type { KeyCursor } from "@keywarden/storage";
import * as z from "zod";
import { done, refuse, type Outcome } from "../refusal.ts";

const cursorSchema = z.tuple([z.literal(1), z.int().min(0), z.string().min(1).max(100)]);

/** Writes a position in the list as an opaque word; its first field is a version, so that the order may change one day. */
export function writeCursor({ createdAtMs, id }: KeyCursor): string {
  return Buffer.from(JSON.stringify([1, createdAtMs, id])).toString("base64url");
}

export function readCursor(text: string): Outcome<KeyCursor> {
  const json = Buffer.from(text, "base64url").toString("utf8");
  const parsed = cursorSchema.safeParse(parseJson(json));
  if (!parsed.success || !/^[\w-]+$/.test(text)) {
    return refuse("BAD_CURSOR", "the cursor is not one that this server gave; start again without it");
  }
  const [, createdAtMs, id] = parsed.data;
  return done({ createdAtMs, id });
}

/** Refuses a position after the end: nothing came after it, but it was never one of this storage's. */
export function positionUnknown(what: "change" | "entry", end: number, after: number) {
  return refuse(
    "BAD_CURSOR",
    `the last ${what} here has the number ${end}, so this is not the storage that ${after} was read from; list everything again`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The schema refuses undefined with the same words as any other foreign cursor.
    return undefined;
  }
}
