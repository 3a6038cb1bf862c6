import type { PatternSpan, ServiceSpelling } from "@keywarden/key-format";
import { startsAt } from "../../search/starts-at.ts";
import { isAlphanumeric } from "../boundary.ts";
import { findHeader } from "./find-header.ts";
import { findMembers } from "./find-members.ts";

const longestFront = 40;
const longestBehind = 160;

// The rest of the name; words that stand apart in prose; what parts a name from its value.
const rest =
  /^[\w.-]{0,48}(?: (?:(?:api|access|auth|secret|client)[_-])?(?:api|access|auth|private|secret|personal|workspace|project|service|account|user|bot|app|client|key|token|is)\b){0,4}/i;
const address = /^[\w.-]{0,48}(?::\d{1,5})?(?:\/[^\s"'`<>?]{0,80})?\?/;
// An address of another host may hold the name in its path.
const hostBegins = /:\/\/[\w.-]*$/;
const inHost = /^[\w-]{0,24}(?:\.[\w-]{1,24}){0,3}(?::\d{1,5})?(?:[/?"'`\s]|$)/;
const parameter = /([\w-]{1,32})=[^\s"'`<>&]*(?:&|$)/y;
/** What parts a name from its value in a list of variables: `"name": "ACME_KEY", "value": "…"`. */
export const asField = String.raw`["'\x60]?,?\s{0,24}["'\x60]?(?:value|Value|default|Default)["'\x60]?\s{0,2}[:=]\s{0,2}`;
const asOperator = String.raw`["'\x60\])]{0,2}(?:<\/\w{1,10}>)?[ \t]{0,8}(?:: ?(?:str|string|String)\b|(?:String|string|str)\b)?[ \t]{0,8}(?:[:?.]{0,3}=>?|:|,|>|\|\|)\s{0,24}`;
const gap = new RegExp(
  String.raw`^(?:${asField}|${asOperator}|["'] {1,2}(?=["'])| {1,2})(?:[\\"'\x60({[ ]{0,3}|[ub]["'])(?:(?:Bearer|bearer|Token|token) )?`,
);

const credential =
  /key|token|secret|auth|passw|passphrase|passcode|pwd|credential|access|private|bearer|api|login|license|licence|(?:^|_)(?:pat|pass|jwt|sk|bot)(?:_|$)/;
const otherwise =
  /(?:^|_)(?:id|ids|sid|uri|url|urls|name|names|path|file|user|username|email|mail|hash|sha|sha\d+|md5|checksum|digest|version|commit|rev|ref|public|pub|host|size|etag|integrity|arn|type|region|bucket|date|time|count|length|format|prefix|pattern|regex)\d?$/;

/**
 * Finds where the values of names begin that hold a service's name and say that they hold a credential, as in
 * `const acmeApiKey = "…"`, `ACME_TOKEN: …` or `https://api.acme.io/v1?access_token=…`, or that stand in what the service's
 * name opens, as in `new Acme({ apiKey: "…" })`.
 *
 * @param name where the service's name stands in the bytes
 */
export function findValues(
  bytes: Buffer,
  name: Pick<PatternSpan, "start" | "end">,
  { text, first, rests }: ServiceSpelling,
): readonly number[] {
  if (rests !== undefined) {
    const rest = rests.find((one) => startsAt(bytes, name.end, one));
    if (rest === undefined) return [];
    const longer = { text: text + rest, ...(first === undefined ? {} : { first }) };
    return findValues(bytes, { start: name.start, end: name.end + rest.length }, longer);
  }
  const start = first === undefined ? name.start : name.start - 1;
  const begins = bytes[start] ?? 0;
  if (first !== undefined && (begins | 32) !== first.charCodeAt(0)) return [];
  const isUpper = text === text.toUpperCase();
  if (continues(bytes, start, isUpper)) return [];
  const own = findValue(bytes, { start, end: name.end }, text, isUpper);
  const next = bytes[name.end] ?? 0;
  const goesOn = isLetter(next) && (isUpper ? isCapital(next) : !isCapital(next));
  const members = goesOn ? [] : findMembers(bytes, { start, end: name.end }, isCredential);
  return own === null ? members : [own, ...members];
}

function findValue(
  bytes: Buffer,
  name: Pick<PatternSpan, "start" | "end">,
  text: string,
  isUpper: boolean,
): number | null {
  const { start } = name;
  const front =
    /[\w.-]*$/.exec(bytes.toString("latin1", Math.max(0, start - longestFront), start))?.[0] ?? "";
  const behind = bytes.toString("latin1", name.end, name.end + longestBehind);
  // Where more letters of the same case follow, the name is one only if they say what it holds: `acmetoken`.
  const isOtherWord = isUpper ? /^[A-Z]/.test(behind) : /^[a-z]/.test(behind);
  const before = bytes.toString("latin1", Math.max(0, start - longestFront), start);
  const beforeQuery = before.includes("://") ? address.exec(behind) : null;
  if (beforeQuery !== null) {
    const at = findParameter(behind, beforeQuery[0].length);
    if (at !== null) return name.end + at;
  }
  if (hostBegins.test(before) && inHost.test(behind)) return findHeader(bytes, { start, end: name.end });
  const tail = rest.exec(behind)?.[0] ?? "";
  if (isOtherWord && !/^(?:api|key|token|secret|auth|access|pass|_)/i.test(tail)) return null;
  // Where the name is of several words, as in `CO_API_KEY`, it may say so itself.
  const own = /[_-]|[a-z][A-Z]/.test(text) ? text : "";
  if (!isCredential(`${front}_${own}${tail}`)) return null;
  const between = gap.exec(behind.slice(tail.length));
  return between === null ? null : name.end + tail.length + between[0].length;
}

function findParameter(behind: string, from: number): number | null {
  parameter.lastIndex = from;
  for (let found = parameter.exec(behind); found !== null; found = parameter.exec(behind)) {
    const [, own = ""] = found;
    if (isCredential(own)) return found.index + own.length + 1;
  }
  return null;
}

const definition = Buffer.from("-D");

// `Betsy` is not Etsy: the name begins where a word does, or a capital in it; `-D` in front sets a property.
function continues(bytes: Buffer, start: number, isUpper: boolean): boolean {
  const before = bytes[start - 1];
  if (!isLetter(before)) return false;
  if (bytes.subarray(Math.max(0, start - 2), start).equals(definition)) return false;
  return isUpper ? isCapital(before) : !isCapital(bytes[start]);
}

const isLetter = (byte = 0): boolean => isAlphanumeric(byte) && byte > 0x39;
const isCapital = (byte = 0): boolean => byte >= 0x41 && byte <= 0x5a;

function isCredential(name: string): boolean {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^0-9A-Za-z]+/g, "_")
    .replace(/_+$/, "")
    .toLowerCase();
  return credential.test(snake) && !otherwise.test(snake);
}

const goesOn = new Set(Array.from("-_+/%=([*@", (character) => character.charCodeAt(0)));

// Ids are numbers, and no longer.
const longestNumber = 24;

/** Whether a value stands alone and is no word: nothing of it goes on behind, and letters and digits are mixed. */
export function isWholeValue(bytes: Buffer, { end, runs }: PatternSpan): boolean {
  const next = bytes[end] ?? 0;
  if (goesOn.has(next) || (next === 0x2e && isAlphanumeric(bytes[end + 1]))) return false;
  const text = runs.map((run) => bytes.toString("latin1", run.start, run.end)).join("");
  return /[0-9]/.test(text) && (/[A-Za-z]/.test(text) || text.length >= longestNumber);
}
