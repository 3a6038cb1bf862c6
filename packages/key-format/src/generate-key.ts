import { alphabetCharacters } from "./alphabet.ts";
import { expectedChecksum } from "./checksum.ts";
import { KeyFormatError } from "./key-format-error.ts";
import type { KeyFormat } from "./profile.ts";
import { Secret } from "./redaction/secret.ts";

/** Gives that many bytes from a cryptographic generator. */
export type RandomBytes = (sizeBytes: number) => Uint8Array;

const weakestBits = 128;

/**
 * Makes a new key of the format, each character equally likely (key-formats.md §10).
 *
 * @throws {@link KeyFormatError} KEY_FORMAT_WEAK when a secret or restricted key of this format would carry fewer than 128 random bits
 * @throws {@link KeyFormatError} KEY_FORMAT_RANDOMNESS when the generator gives too few bytes, or bytes that are not random
 */
export function generateKey(format: KeyFormat, randomBytes: RandomBytes): Secret {
  const checksumLength = format.checksum?.length ?? 0;
  const randomLength = format.body.issuedLength - checksumLength;
  const alphabet = alphabetCharacters(format.body.alphabet);
  const bits = Math.floor(randomLength * Math.log2(alphabet.length));
  if (bits < weakestBits && format.kind !== "publishable") {
    throw new KeyFormatError(
      "KEY_FORMAT_WEAK",
      `a ${format.prefix} key of ${format.body.issuedLength} characters carries ${bits} random bits, at least ${weakestBits} are needed`,
    );
  }
  const random = drawCharacters(alphabet, randomLength, randomBytes);
  const checksum = expectedChecksum(format, random + "0".repeat(checksumLength)) ?? "";
  return new Secret(format.prefix + random + checksum, format.prefix);
}

function drawCharacters(alphabet: string, length: number, randomBytes: RandomBytes): string {
  // Bytes from here up would make the first characters of the alphabet likelier than the rest.
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  for (let round = 0; text.length < length; round += 1) {
    const wanted = length - text.length;
    const bytes = round < 128 ? randomBytes(wanted) : new Uint8Array(0);
    if (bytes.length < wanted) {
      throw new KeyFormatError(
        "KEY_FORMAT_RANDOMNESS",
        round < 128
          ? `the random generator gave ${bytes.length} of ${wanted} bytes`
          : "the random generator gave no usable byte in 128 rounds",
      );
    }
    for (const byte of bytes.subarray(0, wanted)) {
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
