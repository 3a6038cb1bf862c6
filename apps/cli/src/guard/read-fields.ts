import { meantOrKnown } from "@keywarden/key-format";
import { UnknownEvent } from "./guard-event.ts";
import type { JsonValue, JsonRecord } from "./guard-event.ts";
import { parseEvent } from "./parse-event.ts";

export const isObject = (value: JsonValue | undefined): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Gives a field that must be there as text. @throws UnknownEvent */
export function requireText(event: JsonRecord, name: string): string {
  const value = event[name];
  if (typeof value !== "string") throw new UnknownEvent(`its ${name} is ${describe(value)}, not text`);
  return value;
}

/** Gives a field that must be there, whatever it is. @throws UnknownEvent */
export function anyField(event: JsonRecord, name: string): JsonValue {
  const value = event[name];
  if (value === undefined) throw new UnknownEvent(`it has no ${name}`);
  return value;
}

/** Gives a folder where there is one. @throws UnknownEvent for anything but text */
export function folderField(event: JsonRecord): string | null {
  const { cwd = null } = event;
  if (cwd !== null && typeof cwd !== "string")
    throw new UnknownEvent(`its cwd is ${describe(cwd)}, not text`);
  return cwd === "" ? null : cwd;
}

/** Gives the event's phase by its name. @throws UnknownEvent with the name, and those that are known */
export function phaseOf<Phase>(name: string, phases: Readonly<Record<string, Phase>>): Phase {
  const phase = Object.hasOwn(phases, name) ? phases[name] : undefined;
  if (phase !== undefined) return phase;
  const word = name.slice(0, 60);
  const meant = meantOrKnown(word, Object.keys(phases), "events");
  throw new UnknownEvent(`unknown event ${JSON.stringify(word)}.${meant}`);
}

/** Gives all texts in a value, at any depth. */
export function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((one: JsonValue) => textsIn(one));
  return isObject(value) ? Object.entries(value).flatMap(([name, one]) => [name, ...textsIn(one)]) : [];
}

const pathNames =
  /^(?:file_?path|path|paths|absolute_?path|notebook_?path|file|files|filename|target_file|uri)$/i;

/** Gives the paths that a tool is given. */
export const pathsIn = (input: JsonValue): readonly string[] => textsOfFields(input, pathNames);

/** Gives all texts in the fields of these names. */
export function textsOfFields(input: JsonValue, fields: RegExp): readonly string[] {
  if (!isObject(input)) return [];
  return Object.entries(input).flatMap(([name, value]) => (fields.test(name) ? textsIn(value) : []));
}

/** Gives the value with every text in it replaced. */
export function mapTexts(value: JsonValue, replace: (text: string) => string): JsonValue {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((one: JsonValue) => mapTexts(one, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [replace(name), mapTexts(one, replace)]),
  );
}

/** Reads text that may be JSON in itself, as some agents hand over a tool's input. @throws UnknownEvent as parseEvent does */
export function parsedOrText(value: JsonValue): JsonValue {
  if (typeof value !== "string") return value;
  try {
    const parsed = parseEvent(value);
    return typeof parsed === "object" ? parsed : value;
  } catch (error) {
    if (error instanceof UnknownEvent) throw error;
    return value;
  }
}

/** Reads what a tool gave likewise; of JSON that names a member twice, all of the text. */
export function outputOrText(value: JsonValue): JsonValue {
  try {
    return parsedOrText(value);
  } catch {
    return value;
  }
}

const describe = (value: JsonValue | undefined): string =>
  value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
