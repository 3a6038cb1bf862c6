import { nearestWord } from "@keywarden/key-format";
import { QueryError } from "./query-error.ts";
import { queryFields, spanFields } from "./query-fields.ts";

/** One value of a field; a pattern has `*` for any text. */
export interface QueryValue {
  readonly text: string;
  readonly isPattern: boolean;
}

/** One of the conditions that must all hold. */
export type Condition = { readonly isNegated: boolean } & (
  | { readonly type: "word"; readonly text: string }
  /** Any of the values. */
  | { readonly type: "field"; readonly field: string; readonly values: readonly QueryValue[] }
  | { readonly type: "span"; readonly field: string; readonly isOver: boolean; readonly spanMs: number }
);

/**
 * Understands filters such as `status:overdue,due tag:billing !owner:"Ann Lee" age>90d`.
 *
 * @throws QueryError with the place of what is wrong, counted from 1, and what was probably meant
 */
export function readQuery(text: string): readonly Condition[] {
  const conditions: Condition[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const isNegated = text[at] === "!";
    const { condition, end } = readTerm(text, isNegated ? at + 1 : at);
    conditions.push({ ...condition, isNegated });
    at = end;
  }
  return conditions;
}

interface Term {
  readonly condition: WithoutSign<Condition>;
  readonly end: number;
}

type WithoutSign<Part> = Part extends unknown ? Omit<Part, "isNegated"> : never;

function readTerm(text: string, start: number): Term {
  const of = (condition: Term["condition"], end: number): Term => ({ condition, end });
  if (text[start] === '"') {
    const quoted = readQuoted(text, start);
    return of({ type: "word", text: quoted.text }, quoted.end);
  }
  let end = start;
  while (end < text.length && !/[\s:<>]/.test(text.charAt(end))) end += 1;
  const name = text.slice(start, end);
  const mark = text[end];
  if (mark === ":") {
    const field = findName(name, queryFields, spanFields, start);
    const read = readValues(text, end + 1, field);
    return of({ type: "field", field, values: read.values }, read.end);
  }
  if (mark === "<" || mark === ">") {
    const field = findName(name, spanFields, queryFields, start);
    const read = readSpan(text, end + 1, `${field}${mark}`);
    return of({ type: "span", field, isOver: mark === ">", spanMs: read.spanMs }, read.end);
  }
  if (name === "") throw mistake("!", start - 1, "A ! stands right before what it turns round.");
  return of({ type: "word", text: name }, end);
}

function findName(name: string, wanted: object, others: object, start: number): string {
  const field = fullNames[name] ?? name;
  if (Object.hasOwn(wanted, field)) return field;
  const example = Object.hasOwn(queryFields, name) ? `${name}:<value>` : `${name}>90d or ${name}<90d`;
  if (Object.hasOwn(others, name)) throw mistake(name, start, `Write ${example}.`);
  const names = [...Object.keys(queryFields), ...Object.keys(spanFields)];
  const meant = nearestWord(name, [...names, ...Object.keys(fullNames), ...Object.keys(otherNames)]);
  const hint =
    meant === undefined
      ? `Fields are ${names.join(", ")}; text that is no filter goes in quotes: "…".`
      : `Did you mean ${otherNames[meant] ?? meant}?`;
  throw mistake(name, start, hint, "field");
}

/** Names that keys, their JSON and `--environment` have for a field. */
const fullNames: Readonly<Record<string, string>> = { environment: "env" };

/** Names that other tools have for the same. */
const otherNames: Readonly<Record<string, string>> = {
  rotation: "status",
  tags: "tag",
  "last-used": "used",
};

function readValues(text: string, start: number, field: string) {
  const values: QueryValue[] = [];
  let at = start;
  for (;;) {
    const read = text[at] === '"' ? readQuoted(text, at) : readBare(text, at);
    const isBare = text[at] !== '"';
    if (isBare && read.text === "")
      throw mistake("", at, `${field}: needs a value; an empty one is written "".`, "value");
    values.push(checkValue({ text: read.text, isPattern: isBare && read.text.includes("*") }, field, at));
    at = read.end;
    if (text[at] !== ",") break;
    at += 1;
  }
  if (at < text.length && !/\s/.test(text.charAt(at)))
    throw mistake(text.charAt(at), at, "After a value in quotes comes a comma or a space.");
  return { values, end: at };
}

function checkValue(value: QueryValue, field: string, at: number): QueryValue {
  const known = queryFields[field]?.values;
  if (known === undefined) return value;
  const text = value.text.toLowerCase();
  if (
    value.isPattern ||
    known.includes(text) ||
    (field === "env" && /^[\w-]+$/.test(text) && nearestWord(text, known) === undefined)
  )
    return { ...value, text };
  const meant = nearestWord(text, known);
  throw mistake(
    value.text,
    at,
    meant === undefined ? `It is one of ${known.join(", ")}.` : `Did you mean ${meant}?`,
    field,
  );
}

function readBare(text: string, start: number) {
  let end = start;
  while (end < text.length && !/[\s,]/.test(text.charAt(end))) end += 1;
  return { text: text.slice(start, end), end };
}

function readQuoted(text: string, start: number) {
  let read = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '"') return { text: read, end: at + 1 };
    if (letter === "\\") at += 1;
    read += text.charAt(at);
  }
  throw mistake('"', start, "The quotation mark has no second one.");
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function readSpan(text: string, start: number, before: string) {
  const { text: span, end } = readBare(text, start);
  const [, digits = "", unit = ""] = /^(\d{1,6})([hdw])$/.exec(span) ?? [];
  const factor = unitMs[unit];
  if (factor === undefined)
    throw mistake(span, start, `After ${before} comes a number and h, d or w, as in ${before}90d.`, "span");
  return { spanMs: Number(digits) * factor, end };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

function mistake(found: string, at: number, hint: string, what = "filter"): QueryError {
  return new QueryError(`${JSON.stringify(found)} at character ${at + 1} is no ${what} of keys. ${hint}`);
}
