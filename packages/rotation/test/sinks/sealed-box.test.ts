import { randomBytes } from "node:crypto";
import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, test } from "vitest";
import { sealBox } from "../../src/sinks/sealed-box.ts";

describe("a sealed box", () => {
  beforeAll(() => sodium.ready);

  test("is what libsodium opens, whatever the length", () => {
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    for (const sizeBytes of [0, 1, 15, 16, 17, 31, 32, 33, 48, 64, 1000]) {
      const message = randomBytes(sizeBytes);
      const opened = sodium.crypto_box_seal_open(sealBox(message, publicKey), publicKey, privateKey);
      expect(Buffer.from(opened).equals(message)).toBe(true);
    }
  });

  test("is different every time, and nobody else can open it", () => {
    const { publicKey } = sodium.crypto_box_keypair();
    const other = sodium.crypto_box_keypair();
    const [one, two] = [sealBox(Buffer.from("x"), publicKey), sealBox(Buffer.from("x"), publicKey)];
    expect(Buffer.from(one).equals(two)).toBe(false);
    expect(() => sodium.crypto_box_seal_open(one, other.publicKey, other.privateKey)).toThrow(
      "incorrect key pair",
    );
  });

  test("refuses a key that is none", () => {
    expect(() => sealBox(Buffer.from("x"), Buffer.alloc(31))).toThrow("32 bytes");
  });
});
