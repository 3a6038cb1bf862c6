import { createHash } from "node:crypto";
import * as fc from "fast-check";
import {
  builtInProviders,
  defineProvider,
  generateKey,
  type RandomBytes,
  type Sha256,
} from "@keywarden/key-format";

export const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");

/** Bytes that follow from the seed alone (SHA-256 in counter mode). */
export function makeRandom(seed: number): RandomBytes {
  let pool = Buffer.alloc(0);
  let block = 0;
  return (sizeBytes) => {
    while (pool.length < sizeBytes) {
      block += 1;
      pool = Buffer.concat([pool, createHash("sha256").update(`${seed}:${block}`).digest()]);
    }
    const bytes = pool.subarray(0, sizeBytes);
    pool = pool.subarray(sizeBytes);
    return bytes;
  };
}

const checksummed = defineProvider({
  id: "checksummed",
  formats: (["body", "prefix-and-body"] as const).flatMap((covers, index) =>
    (["base62", "base64url"] as const).map((alphabet) => ({
      prefix: `sum${index}_${alphabet}_`,
      kind: "secret",
      environment: "production",
      body: { alphabet, length: 40 },
      checksum: { algorithm: "crc32-base62", covers },
    })),
  ),
});
if (!checksummed.ok) throw new Error("the test's own definition is wrong");

export const checksummedProvider = checksummed.provider;
export const allProviders = [...builtInProviders, checksummedProvider];
export const allFormats = allProviders.flatMap((provider) =>
  provider.formats.map((format) => ({ provider, format })),
);

/** A key of any format, with the format it was made from. */
export const generated = fc
  .record({ candidate: fc.constantFrom(...allFormats), seed: fc.integer() })
  .map(({ candidate, seed }) => ({
    ...candidate,
    text: generateKey(candidate.format, makeRandom(seed)).reveal(),
  }));
