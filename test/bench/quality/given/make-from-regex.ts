import type { RandomBytes } from "@keywarden/key-format";

/** Thrown for what a reader of samples does not know; the sample then counts as not read. */
export class UnreadError extends Error {}

/**
 * Makes text that a regular expression of literals, classes and counts accepts.
 *
 * @throws {UnreadError} for anything else in it
 */
export function makeFromRegex(source: string, random: RandomBytes): string {
  const pick = (count: number): number => Buffer.from(random(4)).readUInt32BE() % count;
  let made = "";
  let at = 0;
  const piece = /\[((?:[^\]\\]|\\.)+)\]|\\([^])|([^[\](){}|?*+.^$\\])/y;
  const count = /\{(\d+)(,?)(\d*)\}|([?*+])/y;
  while (at < source.length) {
    piece.lastIndex = at;
    const [all, set, escaped, literal] = piece.exec(source) ?? [];
    if (all === undefined) throw new UnreadError(`regular expression ${source}`);
    at += all.length;
    const characters = set === undefined ? (literal ?? charactersOf(`\\${escaped}`)) : charactersOf(set);
    count.lastIndex = at;
    const [counted = "", first = "1", comma, last = "", sign] = count.exec(source) ?? [];
    at += counted.length;
    const least = sign === undefined ? Number(first) : sign === "+" ? 1 : 0;
    const open = comma === "" || comma === undefined ? least : least + 20;
    const most = sign === undefined ? (last === "" ? open : Number(last)) : sign === "?" ? 1 : 20;
    const size = least + pick(most - least + 1);
    for (let index = 0; index < size; index += 1) made += characters[pick(characters.length)] ?? "";
  }
  return made;
}

const classes: Readonly<Record<string, string>> = { d: "0-9", w: "0-9A-Za-z_" };

function charactersOf(set: string): string {
  if (set.startsWith("^")) throw new UnreadError(`class [${set}]`);
  const known = set.replace(/\\([dw])/g, (_, name: string) => classes[name] ?? "");
  let characters = "";
  for (const [, escaped, from, to, one] of known.matchAll(/\\([^])|([^\\])-([^\\\]])|([^\\])/g)) {
    if (escaped !== undefined && /[A-Za-z]/.test(escaped)) throw new UnreadError(`class [${set}]`);
    if (from === undefined || to === undefined) {
      characters += escaped ?? one ?? "";
      continue;
    }
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1)
      characters += String.fromCharCode(code);
  }
  return characters;
}
