import { providersOf, redactWithin } from "@keywarden/key-format";

/** Makes a server's words fit for one line of a terminal: no control, escape or direction characters, no key. */
export function plainText(text: string): string {
  return redactWithin(text.toWellFormed(), providersOf([]).providers).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ");
}
