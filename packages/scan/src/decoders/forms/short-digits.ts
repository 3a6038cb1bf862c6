import { isWordByte } from "../../match/boundary.ts";
import type { Anchor } from "../decoder.ts";
import { base64 } from "../digit-code.ts";

const unitsLookedAt = 4;

/**
 * Gives what three characters are in base64 that begin what was encoded: four digits, which count only where those behind
 * them are what keys are made of.
 */
export function shortDigitAnchor(text: string): Anchor {
  const suits = (bytes: Uint8Array, start: number): boolean => {
    const shown = readUnits(bytes, start);
    return shown !== null && isKeyText(shown);
  };
  return { text: Buffer.from(text, "latin1").toString("base64"), prefix: null, phase: 0, suits };
}

function readUnits(bytes: Uint8Array, start: number): string | null {
  const digits = String.fromCharCode(...bytes.subarray(start, start + 4 * unitsLookedAt));
  return /^[0-9A-Za-z+/_-]+$/.test(digits) && digits.length === 4 * unitsLookedAt
    ? Buffer.from(digits, base64.name).toString("latin1")
    : null;
}

const isKeyText = (text: string): boolean =>
  Buffer.from(text, "latin1").every((byte) => isWordByte(byte) || byte === 0x2e);
