import { readPathPattern } from "@keywarden/scan";

const mostSpellings = 64;

/** Turns an expression for paths into path patterns that cover the same files; `null` where none do. */
export function pathsFromRegex(expression: string): readonly string[] | null {
  const spellings = spell(expression);
  if (spellings === null) return null;
  const paths = spellings.map(pathFrom);
  return paths.every((path) => path !== null) ? [...new Set(paths)] : null;
}

// A group with nothing but alternatives, and no quantifier behind it.
const group = /\((?:\?:)?([^()]*\|[^()]*)\)(?![*+?{])/;

// A character that may be missing. Behind a quantifier or a class the question mark says something else.
const optional = /(\\[./_-]|(?<!\\)[0-9A-Za-z_-])\?/;

function spell(expression: string): readonly string[] | null {
  const open = [expression];
  const spelled: string[] = [];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [missing = "", character = ""] = optional.exec(one) ?? [];
    if (missing !== "") {
      if (open.length + spelled.length + 2 > mostSpellings) return null;
      open.push(
        one.replace(missing, ""),
        one.replace(missing, () => character),
      );
      continue;
    }
    const found = group.exec(one);
    const [whole = "", inner = one] = found ?? [];
    const at = found?.index ?? 0;
    const alternatives = inner.split("|");
    if (open.length + spelled.length + alternatives.length > mostSpellings) return null;
    if (found === null && alternatives.length === 1) spelled.unshift(one);
    else {
      const rest = found === null ? "" : one.slice(at + whole.length);
      open.push(...alternatives.map((text) => one.slice(0, at) + text + rest));
    }
  }
  return spelled;
}

function pathFrom(expression: string): string | null {
  const isFromStart = expression.startsWith("^");
  const isToEnd = expression.endsWith("$") && !expression.endsWith(String.raw`\$`);
  const body = expression.slice(isFromStart ? 1 : 0, isToEnd ? -1 : undefined);
  const plain = body
    .replaceAll(/\(\?:([^()|]*)\)|\(([^()|]*)\)/g, "$1$2")
    .replaceAll(/\.\*\??/g, "\0")
    .replaceAll(/\[\^\/\][*+]/g, "\u0001")
    .replaceAll(/\\([./_-])/g, (_, character: string) => (character === "." ? "\u0002" : character));
  // A full stop that is not escaped is any character; in a path it is meant as itself, and so excludes no other file.
  if (/[[\](){}|+?^$\\*]/.test(plain)) return null;
  const text = plain.replaceAll("\u0002", ".").replaceAll("\u0001", "*");
  const pattern = wholeNames(text, isFromStart, isToEnd);
  return readPathPattern(pattern).ok ? pattern : null;
}

// What an expression leaves open at an end is any text: more of the name, or folders.
function wholeNames(text: string, isFromStart: boolean, isToEnd: boolean): string {
  const spread = text
    .split("/")
    .map((name) => (name === "\0" ? "**" : name.replaceAll("\0", "*")))
    .join("/");
  if (!isFromStart && spread.startsWith("/")) return wholeNames(`\0${text}`, isFromStart, isToEnd);
  const open = spread.startsWith("*") && !spread.startsWith("**");
  const start =
    isFromStart || spread.startsWith("**") ? "" : /^[^/]*\//.test(spread) ? "**/" : open ? "**/" : "**/*";
  const end = isToEnd || spread.endsWith("**") ? "" : spread.endsWith("/") ? "**" : "*";
  return `${start}${spread}${end}`.replaceAll(/\*{3,}/g, "**").replace(/^\//, "");
}
