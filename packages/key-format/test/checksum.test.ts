import { describe, expect, it } from "vitest";
import { checksumOf, expectedChecksum } from "../src/checksum.ts";
import { crc32 } from "../src/crc32.ts";
import { formatOf } from "./own-profile.ts";
import { joinParts, readVectors, type Part } from "./read-vectors.ts";

describe("checksum", () => {
  const vectors = readVectors<{ payload: readonly Part[]; crc32: number; checksum: string }>("checksum");
  for (const vector of vectors) {
    it(`${vector.name} (§${vector.section})`, () => {
      const payload = joinParts(vector.payload);
      expect(crc32(payload)).toBe(vector.crc32);
      expect(checksumOf(payload)).toBe(vector.checksum);
    });
  }
});

describe("the checksum that a key must end with", () => {
  const covering = (covers: "body" | "prefix-and-body") =>
    formatOf({ checksum: { algorithm: "crc32-base62", length: 6, covers } });

  it("is that of what stands before it", () => {
    expect(expectedChecksum(covering("body"), "q7Zt2L......")).toBe(checksumOf("q7Zt2L"));
    expect(expectedChecksum(covering("prefix-and-body"), "q7Zt2L......")).toBe(checksumOf("own_q7Zt2L"));
  });

  it("is that of nothing where the body is as short as a checksum, or shorter", () => {
    for (const body of ["", "q7Zt", "q7Zt2L"]) {
      expect(expectedChecksum(covering("body"), body)).toBe(checksumOf(""));
    }
  });

  it("is not asked for where the format has none", () => {
    expect(expectedChecksum(formatOf(), "q7Zt2L......")).toBeUndefined();
  });
});
