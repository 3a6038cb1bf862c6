interface Found {
  readonly start: number;
  readonly end: number;
}

const longestFront = 80;
const longestBehind = 480;

// `acme: {`, `"acme" => [`, `new Acme.Client({`, `acme.configure(`, `provider "acme" {`.
const bracket = /^[\w.:-]{0,32}\\?["'`]?\s{0,2}(?:=>|[:=])?\s{0,4}(?:new [\w.]{1,32})?[{([]/;
// `acme:` with its settings in the lines below it, as YAML has them.
const block = /^[\w.-]{0,32}["']?:[ \t]{0,8}\r?\n/;
const blockBegins = /(?:^|\n)([ \t]*(?:- )?)["']?[\w.-]*$/;
// `[acme]`, `[services.acme]` or `[profile "acme"]`.
const section = /^[\w.-]{0,32}["']?\]\s{0,8}\r?\n/;
const sectionBegins = /(?:^|\n)[ \t]*\[{1,2}[\w. "'-]*$/;
const element = /^[\w.-]{0,32}>(?=\s{0,80}<[A-Za-z])/;
const elementBegins = /<[\w.-]*$/;

const member =
  /(?:^|[\s{([,;<?&"'`\\])([A-Za-z][\w.-]{1,39})(?:\\?["'`])?\s{0,4}(?:=>|:=|[:=>])\s{0,24}\\?["'`]?(?:(?:Bearer|Token|Key) )?(?=[\w.+/:-]{8})/g;

// What a page needs to search an index, as in the settings of Docusaurus: its key is public, and can do nothing else.
const searchBox = /index_?(?:name|uid)["']?\s{0,4}[:=]/i;

/**
 * Finds where the values begin of what an object, a call, a section or an element names that a service's name opens:
 * `algolia:` with `api_key: …` in the next lines, `new Algolia({ apiKey: "…" })`, `[algolia]`, `<algolia><key>…`.
 *
 * @param name where the service's name stands in the bytes
 * @param isWanted whether a member's name says that its value is wanted
 */
export function findMembers(
  bytes: Buffer,
  name: Found,
  isWanted: (member: string) => boolean,
): readonly number[] {
  const before = bytes.toString("latin1", Math.max(0, name.start - longestFront), name.start);
  const behind = bytes.toString("latin1", name.end, name.end + longestBehind);
  const opened = readOpening(before, behind, bytes.toString("latin1", name.start, name.end));
  if (opened === null) return [];
  const offset = name.end + opened.from;
  const inside = behind.slice(opened.from, opened.to);
  if (searchBox.test(inside)) return [];
  return Array.from(inside.matchAll(member), ({ 0: all, 1: own = "", index }) =>
    isWanted(own) ? offset + index + all.length : -1,
  ).filter((at) => at !== -1);
}

interface Opening {
  readonly from: number;
  readonly to: number;
}

function readOpening(before: string, behind: string, name: string): Opening | null {
  const [brackets] = bracket.exec(behind) ?? [];
  if (brackets !== undefined) return { from: brackets.length, to: endOfBrackets(behind, brackets.length) };
  const [lines] = block.exec(behind) ?? [];
  const indent = lines === undefined ? undefined : blockBegins.exec(before)?.[1]?.length;
  if (lines !== undefined && indent !== undefined)
    return { from: lines.length, to: endOfBlock(behind, lines.length, indent) };
  const [head] = section.exec(behind) ?? [];
  if (head !== undefined && sectionBegins.test(before))
    return { from: head.length, to: indexOr(behind, "\n[", head.length) };
  const [tag] = element.exec(behind) ?? [];
  if (tag === undefined) return null;
  const front = elementBegins.exec(before)?.[0].slice(1);
  if (front === undefined) return null;
  return { from: tag.length, to: indexOr(behind, `</${front}${name}`, tag.length) };
}

function indexOr(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from);
  return at === -1 ? text.length : at;
}

function endOfBrackets(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if ("{([".includes(character)) depth += 1;
    else if ("})]".includes(character)) depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function endOfBlock(text: string, from: number, indent: number): number {
  let at = from;
  while (at < text.length) {
    const end = indexOr(text, "\n", at);
    const line = text.slice(at, end);
    if (line.trim() !== "" && line.length - line.trimStart().length <= indent) return at;
    at = end + 1;
  }
  return text.length;
}
