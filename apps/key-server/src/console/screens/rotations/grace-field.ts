import { done, refuse, type Outcome } from "../../../refusal.ts";
import { textField } from "../../markup/fields.ts";
import type { Html } from "../../markup/html.ts";

const MOST_DAYS = 30;
const MOST_SECONDS = MOST_DAYS * 86_400;

/** The field for how long an old key works beside its new one; when it is left empty, what the provider says holds. */
export function graceField(value: string, hint: string, usualSeconds?: number): Html {
  return textField("grace", "Grace period in seconds", {
    value,
    type: "number",
    ...(usualSeconds !== undefined && { placeholder: String(usualSeconds) }),
    hint: `${hint} At most ${MOST_DAYS} days; with 0 it stops at once.`,
  });
}

/** Reads the field; undefined where it was left empty. */
export function readGrace(text: string): Outcome<number | undefined> {
  if (text === "") return done(undefined);
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= MOST_SECONDS
    ? done(seconds)
    : refuse(
        "BAD_REQUEST",
        `the grace period is a whole number of seconds, at most ${MOST_DAYS} days of them`,
      );
}
