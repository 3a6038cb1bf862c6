import { findPlaceholder } from "@keywarden/key-format";
import { makeRandom } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

describe("bodies that somebody made up", () => {
  it.each([
    "abc123def456ghi789",
    "fakekeyfortesting123",
    "thisisnotarealkey",
    "notarealkey1234567890",
    "dummykey1234567890",
    "mysecretkey123456",
    "testkey1234567890abc",
    "INSERTSTRIPEKEYHERE",
    "yourstripesecretkey",
    "loremipsumdolorsitamet",
    "deadbeefcafebabe1234",
    "aaaabbbbccccdddd",
    "1111222233334444",
    "k1k2k3k4k5k6k7k8",
    "paymentsintegrationtest",
  ])("are placeholders: %s", (body) => {
    expect(findPlaceholder(body)).not.toBeNull();
  });

  it("are told from random ones of the narrowest alphabet", () => {
    const random = makeRandom(5);
    for (let round = 0; round < 20_000; round += 1) {
      expect(findPlaceholder(Buffer.from(random(8)).toString("hex"))).toBeNull();
    }
  });
});
