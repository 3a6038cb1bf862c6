import { isWordByte } from "../match/boundary.ts";
import type { Reading } from "./decoder.ts";

/** How many characters of a word a reading holds from its key's first one on. */
export function wordLength({ bytes, start }: Reading): number {
  let end = start;
  while (isWordByte(bytes[end])) end += 1;
  return end - start;
}
