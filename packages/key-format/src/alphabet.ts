/** The named alphabets of key bodies (key-formats.md §3.1). The order is the digit order. */
const charactersByAlphabet = {
  base62: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  base36: "0123456789abcdefghijklmnopqrstuvwxyz",
  hex: "0123456789abcdef",
  base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
} as const;

export type AlphabetName = keyof typeof charactersByAlphabet;

export const alphabetNames = Object.keys(charactersByAlphabet) as readonly AlphabetName[];

const membersByAlphabet: ReadonlyMap<AlphabetName, ReadonlySet<string>> = new Map(
  alphabetNames.map((name) => [name, new Set<string>(charactersByAlphabet[name])]),
);

/** The characters of an alphabet, in digit order. */
export function alphabetCharacters(name: AlphabetName): string {
  return charactersByAlphabet[name];
}

/** The index of the first character that is not of the alphabet, or -1. */
export function findForeignCharacter(text: string, name: AlphabetName): number {
  const members = membersByAlphabet.get(name);
  for (let index = 0; index < text.length; index += 1) {
    if (members?.has(text.charAt(index)) !== true) return index;
  }
  return -1;
}
