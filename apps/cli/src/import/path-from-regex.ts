import { readPathPattern } from "@keywarden/scan";

/** Turns an expression for paths into a path pattern that covers the same files; `null` where none does. */
export function pathFromRegex(expression: string): string | null {
  const isFromStart = expression.startsWith("^");
  const isToEnd = expression.endsWith("$") && !expression.endsWith(String.raw`\$`);
  const body = expression.slice(isFromStart ? 1 : 0, isToEnd ? -1 : undefined);
  const plain = body
    .replaceAll(/\(\?:([^()|]*)\)|\(([^()|]*)\)/g, "$1$2")
    .replaceAll(/\.\*\??/g, "\0")
    .replaceAll(/\[\^\/\][*+]/g, "\u0001")
    .replaceAll(/\\([./_-])/g, (_, character: string) => (character === "." ? "\u0002" : character));
  // A full stop that is not escaped is any character; in a path it nearly always is meant as itself, but says more.
  if (/[[\](){}|+?^$\\*]/.test(plain) || plain.includes(".")) return null;
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
  const open = spread.startsWith("*") && !spread.startsWith("**");
  const start =
    isFromStart || spread.startsWith("**") ? "" : /^[^/]*\//.test(spread) ? "**/" : open ? "**/" : "**/*";
  const end = isToEnd || spread.endsWith("**") ? "" : spread.endsWith("/") ? "**" : "*";
  return `${start}${spread}${end}`.replaceAll(/\*{3,}/g, "**").replace(/^\//, "");
}
