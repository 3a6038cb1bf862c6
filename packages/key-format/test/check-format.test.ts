import { describe, expect, it } from "vitest";
import { checkFormat } from "../src/check-format.ts";
import { checksumOf } from "../src/checksum.ts";
import { formatOf } from "./own-profile.ts";

const exact = formatOf({ length: 20 });
const ranged = formatOf({ length: { min: 12, max: 16 } });
const checksummed = formatOf({
  length: { min: 18, max: 20 },
  checksum: { algorithm: "crc32-base62", length: 6, covers: "body" },
});
const random = "q7Zt2LmX9bRw4K";
const withChecksum = (payload: string) => payload + checksumOf(payload);

describe("a body is of a format", () => {
  it.each([
    ["of exactly its length", exact, "a".repeat(20)],
    ["at the lower end of its range", ranged, "a".repeat(12)],
    ["at the upper end of its range", ranged, "a".repeat(16)],
    ["with its checksum, at the lower end", checksummed, withChecksum(random.slice(0, 12))],
    ["with its checksum, at the upper end", checksummed, withChecksum(random)],
  ])("%s", (_, format, body) => {
    expect(checkFormat(format, body)).toBeNull();
  });
});

describe("a body is not of a format", () => {
  it.each([
    ["foreign-character", 1_000, "character 1 after own_ is not base62", exact, `-${"a".repeat(19)}`],
    ["foreign-character", 1_000, "character 5 after own_ is not base62", exact, "aaaa-"],
    ["too-short", 1, "23 of 24 characters", exact, "a".repeat(19)],
    ["too-short", 20, "4 of 24 characters", exact, ""],
    ["too-long", 1, "25 of 24 characters", exact, "a".repeat(21)],
    ["too-long", 7, "31 of 24 characters", exact, "a".repeat(27)],
    ["too-short", 3, "13 characters, at least 16 are needed", ranged, "a".repeat(9)],
    ["too-long", 2, "22 characters, at most 20 are allowed", ranged, "a".repeat(18)],
    ["checksum", 0, "the last 6 characters are not its checksum", checksummed, `${random}000000`],
    ["too-short", 12, "10 characters, at least 22 are needed", checksummed, "aaaaaa"],
  ])("because of %s, at a distance of %i: %s", (reason, distance, message, format, body) => {
    expect(checkFormat(format, body)).toEqual({ reason, distance, message });
  });
});
