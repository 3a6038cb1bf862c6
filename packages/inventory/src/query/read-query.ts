import { askIfMeant, didYouMean, nearestWord } from "@keywarden/key-format";
import type { Condition, QueryValue } from "./condition.ts";
import { foreignOperator } from "./foreign-operator.ts";
import { QueryError } from "./query-error.ts";
import { queryFields, spanFields, spanUnitsMs } from "./query-fields.ts";

/**
 * Understands filters such as `status:overdue,due tag:billing !owner:"Ann Lee" age>90d`.
 *
 * @throws QueryError with the position of what is wrong, counted from 1, and what was probably meant
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
  if (text[start] === "~") {
    const { text: letters, end } = readBare(text, start + 1);
    if (letters === "") throw mistake("~", start, "Write letters after ~, as in ~pym for payments.");
    return of({ type: "fuzzy", text: letters }, end);
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
  if (name === "") throw mistake("!", start - 1, "Write ! directly before the term that it negates.");
  if (skipSpace(text, end) < text.length) refuseOperator(name, start);
  refuseForeignTerm(name, start);
  return of({ type: "word", text: name }, end);
}

const instead = {
  or: "Write the values of a field with commas, as in owner:ann,bob; conditions all have to hold.",
  and: "Leave it out: conditions all have to hold.",
  not: "Write ! directly before the term that it negates.",
} as const;

/** Refuses what joins conditions elsewhere and stands before one: as a word it would have to be in every key's name. */
function refuseOperator(word: string, start: number): void {
  const meaning = foreignOperator(word);
  if (meaning === null) return;
  throw mistake(word, start, `${instead[meaning]} Put text that is not a filter in quotes: "${word}".`);
}

/** Refuses what other tools write for a field: taken for a word, it would find nothing and say so with confidence. */
function refuseForeignTerm(word: string, start: number): void {
  const [, written = "", sign = "", value = ""] = /^([A-Za-z-]+)(!?=~?|[!=]?~)(.*)$/s.exec(word) ?? [];
  const lower = written.toLowerCase();
  const field = fullNames[lower] ?? otherNames[lower] ?? lower;
  if (Object.hasOwn(spanFields, field)) throw mistake(word, start, `Write ${field}>90d or ${field}<90d.`);
  if (!Object.hasOwn(queryFields, field)) return;
  const isWhole = !sign.includes("~") || value === "" || value.includes("*");
  const wanted = value === "" ? "<value>" : isWhole ? value : `*${value}*`;
  throw mistake(word, start, `Write ${sign.startsWith("!") ? "!" : ""}${field}:${wanted}.`);
}

function findName(written: string, wanted: object, others: object, start: number): string {
  const name = written.toLowerCase();
  const field = fullNames[name] ?? name;
  if (Object.hasOwn(wanted, field)) return field;
  const example = Object.hasOwn(queryFields, field) ? `${name}:<value>` : `${name}>90d or ${name}<90d`;
  if (Object.hasOwn(others, field)) throw mistake(written, start, `Write ${example}.`);
  const names = [...Object.keys(queryFields), ...Object.keys(spanFields)];
  const meant = nearestWord(name, [...names, ...Object.keys(fullNames), ...Object.keys(otherNames)]);
  const hint = askIfMeant(
    meant === undefined ? undefined : (otherNames[meant] ?? meant),
    ` Fields are ${names.join(", ")}; put text that is not a filter in quotes: "…".`,
  );
  throw mistake(written, start, hint, "field");
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
      throw mistake("", at, `Write a value after ${field}: or "" for an empty one.`, "value");
    if (isBare && read.text.includes("|"))
      throw mistake(read.text, at, "Put commas between values, or one that has a | in quotes.", "value");
    values.push(checkValue({ text: read.text, isPattern: isBare && read.text.includes("*") }, field, at));
    at = read.end;
    if (text[at] !== ",") break;
    at += 1;
  }
  if (at < text.length && !/\s/.test(text.charAt(at)))
    throw mistake(text.charAt(at), at, "Put a comma or a space after a value in quotes.");
  return { values, end: at };
}

function checkValue(value: QueryValue, field: string, at: number): QueryValue {
  const { values: known, aliases = {} } = queryFields[field] ?? {};
  if (known === undefined) return value;
  const lower = value.text.toLowerCase();
  const text = Object.hasOwn(aliases, lower) ? (aliases[lower] ?? lower) : lower;
  if (
    value.isPattern ||
    known.includes(text) ||
    (field === "env" && /^[\w-]+$/.test(text) && nearestWord(text, known) === undefined)
  )
    return { ...value, text };
  throw mistake(value.text, at, suggestValue(text, known), `value of ${field}`);
}

function suggestValue(text: string, known: readonly string[]): string {
  const begun = known.find((word) => text !== "" && word.startsWith(text));
  const meant = didYouMean(text, known, askIfMeant(begun));
  if (meant !== "") return meant;
  const other = Object.entries(queryFields).find(
    ([, { values = [], aliases = {} }]) => values.includes(text) || Object.hasOwn(aliases, text),
  );
  return other === undefined ? `It is one of ${known.join(", ")}.` : `Write ${other[0]}:${text}.`;
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
  throw mistake('"', start, "The quotation mark is never closed.");
}

function readSpan(text: string, start: number, before: string) {
  const { text: span, end } = readBare(text, start);
  const [, digits = "", unit = ""] = /^(\d{1,6})([hdwy])$/.exec(span.toLowerCase()) ?? [];
  const factor = spanUnitsMs[unit];
  if (factor === undefined)
    throw mistake(span, start, `Write a number and h, d, w or y, as in ${before}90d.`, "span of time");
  return { spanMs: Number(digits) * factor, end };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

function mistake(found: string, at: number, hint: string, what = "filter"): QueryError {
  return new QueryError(
    `${JSON.stringify(found)} at character ${at + 1} is not a ${what}. ${hint.trimStart()}`,
  );
}
