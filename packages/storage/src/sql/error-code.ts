import type { Session } from "./session.ts";

/** Lets codes through and nothing else: the message of an error can hold request headers or a key. */
export function errorCodeOf(session: Session, code: string): string {
  const isCode = /^[A-Za-z0-9_.-]{1,64}$/.test(code) && session.guard.maskText(code) === code;
  return isCode ? code : "UNCODED";
}
