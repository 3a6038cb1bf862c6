import { classCharacters, classNames, type ClassName } from "@keywarden/key-format";

export type FromRegex =
  | { readonly ok: true; readonly pattern: string; readonly isCaseLost: boolean }
  | { readonly ok: false; readonly why: string };

/**
 * Turns an expression for keys into a pattern of keywarden.json, or says what in it a pattern cannot say. Where it ignores
 * case its classes do too, and its literal letters stand as they are written (`isCaseLost`).
 */
export function patternFromRegex(expression: string): FromRegex {
  const isFolded = expression.startsWith("(?i)");
  const source = expression
    .replace(/^(?:\\b|\^|\(\?-?[is]\))*/, "")
    .replace(/(?:\\b|\$)*$/, "")
    // What gitleaks, betterleaks and older rules put behind a key to tell where it ends.
    .replace(/\(\?:\[\\x60'"\\s;\]\|\\{1,2}\[nr\]\|\$\)$/, "")
    .replace(/\(\?:\\\\\?\['"\\x60\]\|\[\\s;\]\|\\\\\[nr\]\|\$\)$/, "")
    .replace(/\(\?:\['\|\\"\|\\n\|\\r\|\\s\|\\x60\|;\]\|\$\)$/, "")
    .replace(/\\b$/, "");
  if (source.includes("(?i)")) return fail("case is ignored");
  const reader: Reader = { source, isFolded, at: 0, hasLetters: false };
  const parts = readParts(reader);
  if (parts === null || reader.at < source.length)
    return fail(`it holds ${JSON.stringify(source.slice(reader.at, reader.at + 12))}`);
  return { ok: true, pattern: parts, isCaseLost: isFolded && reader.hasLetters };
}

const fail = (why: string): FromRegex => ({ ok: false, why });

interface Reader {
  readonly source: string;
  readonly isFolded: boolean;
  at: number;
  /** Whether a letter was taken as it is written. */
  hasLetters: boolean;
}

function readParts(reader: Reader): string | null {
  let pattern = "";
  while (reader.at < reader.source.length && reader.source[reader.at] !== ")") {
    const part = readPart(reader);
    if (part === null) return null;
    pattern += part;
  }
  return pattern;
}

function readPart(reader: Reader): string | null {
  const rest = reader.source.slice(reader.at);
  const choice = /^\((?:\?:)?([0-9A-Za-z_.-]*(?:\|[0-9A-Za-z_.-]*)+)\)/.exec(rest);
  if (choice !== null) {
    reader.hasLetters ||= /[A-Za-z]/.test(choice[1] ?? "");
    return take(reader, choice[0], `{${choice[1] ?? ""}}`);
  }
  if (/^\((?:\?:|\?P?<\w+>|(?!\?))/.test(rest)) {
    const start = reader.at;
    reader.at += (/^\((?:\?:|\?P?<\w+>)?/.exec(rest) ?? ["("])[0].length;
    const inner = readParts(reader);
    if (inner !== null && reader.source[reader.at] === ")") {
      const behind = reader.source[reader.at + 1] ?? "";
      reader.at += 1;
      if (!"{*+?".includes(behind) || behind === "") return inner;
    }
    reader.at = start;
    return null;
  }
  const run = /^(\[(?:[^\]\\^]|\\.)[^\]]*\]|\\[dw])\{(\d+)(?:,(\d+))?\}/.exec(rest);
  if (run !== null) {
    const name = classOf(run[1] ?? "", reader.isFolded);
    if (name === null) return null;
    const [, , min = "", max = min] = run;
    return take(reader, run[0], `{${name}:${min === max ? min : `${min}-${max}`}}`);
  }
  const literal = /^(?:[0-9A-Za-z_:/@=,!~ -]|\\[.\-_/$+])(?![*+?{])/.exec(rest);
  if (literal === null) return null;
  const text = literal[0].replace(/^\\/, "");
  reader.hasLetters ||= /[A-Za-z]/.test(text);
  return take(reader, literal[0], text);
}

function take(reader: Reader, text: string, part: string): string {
  reader.at += text.length;
  return part;
}

/** Gives the class that has exactly these characters. */
function classOf(brackets: string, isFolded: boolean): ClassName | null {
  const wanted = new Set<string>();
  const inner =
    brackets === String.raw`\d` ? "0-9" : brackets === String.raw`\w` ? "0-9A-Za-z_" : brackets.slice(1, -1);
  const items = inner.replaceAll(String.raw`\d`, "0-9").replaceAll(String.raw`\w`, "0-9A-Za-z_");
  for (let at = 0; at < items.length; at += 1) {
    if (items[at] === "\\") at += 1;
    const first = items.charCodeAt(at);
    const isRange = items[at + 1] === "-" && at + 2 < items.length && items[at + 2] !== "\\";
    const last = isRange ? items.charCodeAt(at + 2) : first;
    for (let code = first; code <= last; code += 1) wanted.add(String.fromCharCode(code));
    if (isRange) at += 2;
  }
  const folded = [...wanted].flatMap((one) => [one.toLowerCase(), one.toUpperCase()]);
  if (isFolded) for (const one of folded) wanted.add(one);
  const same = classNames.find((name) => {
    const characters = classCharacters(name);
    return characters.length === wanted.size && Array.from(characters).every((one) => wanted.has(one));
  });
  return same ?? null;
}
