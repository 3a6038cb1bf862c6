import type { StoredKey } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";

/**
 * Reads `If-Match: "<generation>"`; a revision behind a dot is passed over, and
 * it is undefined when the header is absent or `*`, which match every generation.
 */
export function readIfMatch(header: string | undefined): Outcome<number | undefined> {
  if (header === undefined || header.trim() === "*") return done(undefined);
  const generation = pattern.exec(header)?.[1];
  if (generation === undefined) {
    return refuse("BAD_IF_MATCH", 'If-Match must be the generation in quotes, for example "3"');
  }
  return done(Number(generation));
}

/** Reads `If-Match: "<generation>.<revision>"`, the whole ETag of a key; undefined for `*`, which matches every state. */
export function readStateMatch(
  header: string,
): Outcome<Pick<StoredKey, "generation" | "revision"> | undefined> {
  if (header.trim() === "*") return done(undefined);
  const [, generation, revision = "0"] = pattern.exec(header) ?? [];
  if (generation === undefined)
    return refuse("BAD_IF_MATCH", 'If-Match must be the ETag of the key, for example "3" or "3.1"');
  return done({ generation: Number(generation), revision: Number(revision) });
}

const pattern = /^\s*"([1-9]\d{0,14})(?:\.(0|[1-9]\d{0,14}))?"\s*$/;
