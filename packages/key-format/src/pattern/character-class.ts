import { alphabetCharacters, alphabetNames, type AlphabetName } from "../alphabet.ts";

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = upper.toLowerCase();
const digits = "0123456789";

/** The alphabets that only patterns know, beside those of bodies (key-formats.md §14.2). */
const patternAlphabets = {
  digits,
  upper,
  lower,
  letters: upper + lower,
  upper36: digits + upper,
  "hex-upper": "0123456789ABCDEF",
  "hex-any": "0123456789abcdefABCDEF",
  base32: `${upper}234567`,
  "base32-lower": `${lower}234567`,
  bech32: "qpzry9x8gf2tvdw0s3jn54khce6mua7l",
  "bech32-upper": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
  base64: `${upper}${lower}${digits}+/`,
  padded: `${upper}${lower}${digits}+/=`,
  word: `${upper}${lower}${digits}_`,
  name: `${lower}${digits}_-`,
  dotted: `${upper}${lower}${digits}_.=-`,
  tilde: `${upper}${lower}${digits}_~.-`,
  userinfo: `${upper}${lower}${digits}_~.-!&+,;=`,
  query: `${upper}${lower}${digits}_~.-+/=%&;:,*`,
  django: `${lower}${digits}!@#$%^&*(-_=+)`,
  wordpress: `${upper}${lower}${digits} !@#$%^&*()-_[]{}<>~\`+=,.;:/?|`,
} as const;

/** A set of characters that a part of a pattern is made of. */
export type ClassName = AlphabetName | keyof typeof patternAlphabets;

export const classNames = [...alphabetNames, ...Object.keys(patternAlphabets)] as readonly ClassName[];

/** The characters of a class, in digit order. */
export function classCharacters(name: ClassName): string {
  return Object.hasOwn(patternAlphabets, name)
    ? patternAlphabets[name as keyof typeof patternAlphabets]
    : alphabetCharacters(name as AlphabetName);
}

// Stands for the end of the text, and is in no class.
const beyond = 256;

const tables = new Map<ClassName, Uint8Array>();

/** Gives a table that holds 1 at the code of every character of the class, of 257 entries. */
export function classTable(name: ClassName): Uint8Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint8Array(beyond + 1);
  for (const character of classCharacters(name)) table[character.charCodeAt(0)] = 1;
  tables.set(name, table);
  return table;
}

/** Whether a byte is one of the class; no byte is none. */
export function isOfClass(name: ClassName, byte: number | undefined): boolean {
  return classTable(name)[byte ?? beyond] === 1;
}
