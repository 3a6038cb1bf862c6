import type { Anchor } from "../decoder.ts";

const separators = [0x5f, 0x2d, 0x2e];

/** Lists what shows that a prefix may stand there as a list of codes: that of a separator behind one of a letter or digit. */
export function looseCodes(): readonly Anchor[] {
  const decimal = separators.flatMap((code): readonly Anchor[] =>
    [",", " "].map((lead) => {
      return { text: `${lead}${code},`, prefix: null, phase: 1, suits: isBehindDecimal };
    }),
  );
  const hex = separators.flatMap((code): readonly Anchor[] => {
    const digits = code.toString(16);
    return [...new Set([digits, digits.toUpperCase()])].map((text) => {
      return { text: `0x${text}`, prefix: null, phase: 0, suits: isBehindHex };
    });
  });
  return [...decimal, ...hex];
}

const isAlphanumeric = (code: number): boolean => /[0-9A-Za-z]/.test(String.fromCharCode(code));

function isBehindDecimal(bytes: Uint8Array, start: number): boolean {
  const digits = /([0-9]{2,3})\s*,?\s*$/.exec(textBefore(bytes, start + 1));
  return digits !== null && isAlphanumeric(Number(digits[1]));
}

function isBehindHex(bytes: Uint8Array, start: number): boolean {
  const digits = /0[xX]([0-9A-Fa-f]{2})\s*,\s*$/.exec(textBefore(bytes, start));
  return digits !== null && isAlphanumeric(Number.parseInt(digits[1] ?? "", 16));
}

const mostBefore = 12;

const textBefore = (bytes: Uint8Array, end: number): string =>
  String.fromCharCode(...bytes.subarray(Math.max(0, end - mostBefore), end));
