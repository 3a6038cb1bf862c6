/** A way to write bytes as digits of some bits each. */
export interface DigitCode {
  readonly name: "base64" | "hex";
  readonly digitBits: number;
  /** The smallest whole number of bytes that is a whole number of digits. */
  readonly unitBytes: number;
  readonly unitDigits: number;
  /** The value of each character code, or `noDigit`. */
  readonly values: Uint8Array;
  /** Every way in which encoders write these bytes. */
  spell(bytes: Buffer): readonly string[];
}

export const noDigit = 0xff;

/** Base64 with either alphabet (RFC 4648 §4 and §5), padded or not. */
export const base64: DigitCode = {
  name: "base64",
  digitBits: 6,
  unitBytes: 3,
  unitDigits: 4,
  values: valuesOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_", 62),
  spell: (bytes) => [...new Set([bytes.toString("base64"), bytes.toString("base64url")])],
};

/** Two hexadecimal digits a byte, in either case. */
export const hex: DigitCode = {
  name: "hex",
  digitBits: 4,
  unitBytes: 1,
  unitDigits: 2,
  values: valuesOf("0123456789abcdef", "ABCDEF", 10),
  spell: (bytes) => [bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
};

function valuesOf(digits: string, others: string, firstOther: number): Uint8Array {
  const values = new Uint8Array(256).fill(noDigit);
  for (const [value, digit] of Array.from(digits).entries()) values[digit.charCodeAt(0)] = value;
  for (const [index, digit] of Array.from(others).entries()) {
    values[digit.charCodeAt(0)] = firstOther + index;
  }
  return values;
}
