import { UnknownEvent } from "./guard-event.ts";
import type { JsonValue } from "./guard-event.ts";

/**
 * Parses JSON in which no object names a member twice: of two, one reader takes the first, another the last, and whoever
 * checks one of them knows nothing of what the other does.
 *
 * @throws UnknownEvent for a member that is there twice; what JSON.parse throws; RangeError where it is nested too deeply
 */
export function parseEvent(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  if (countWritten(text) === countKept(value)) return value;
  throw new UnknownEvent("an object in it names a member twice");
}

/** Counts the members that valid JSON names: each text in quotation marks that a colon follows. */
function countWritten(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    while (" \t\r\n".includes(text.charAt(next)) && next < text.length) next += 1;
    if (text[next] === ":") count += 1;
    start = text.indexOf('"', next);
  }
  return count;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === "\\") before -= 1;
  return (at - before) % 2 === 0;
}

function countKept(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside = Array.isArray(value) ? (value as readonly JsonValue[]) : Object.values(value);
  let count = Array.isArray(value) ? 0 : inside.length;
  for (const one of inside) count += countKept(one);
  return count;
}
