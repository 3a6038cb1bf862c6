import { createHash, generateKeyPairSync, privateDecrypt, constants } from "node:crypto";
import { aforo, builtInProviders, findFormat, generateKey, Secret } from "@keywarden/key-format";
import { makeSealingKey, parseOwnKey, parseRecipient, type RepeatableCall } from "@keywarden/management";
import { makeKey, makeRandom } from "@keywarden/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeOwnKey } from "../src/delivery/own-key.ts";
import { receiveSecret, repeatableBy } from "../src/delivery/secret-delivery.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

const recipientOf = (text: string) => {
  const recipient = parseRecipient(text);
  if (recipient === null) throw new Error(`no recipient: ${text}`);
  return recipient;
};

describe("a secret that is sealed", () => {
  test("is opened with the key that it was sealed to and with no other", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), seeds, seeds, (text, seed, other) => {
        const secret = new Secret(text.toWellFormed());
        const key = makeSealingKey(seed);
        const sealed = recipientOf(key.recipient).seal(secret);
        expect(makeSealingKey(seed).open(sealed)?.reveal()).toBe(secret.reveal());
        expect(recipientOf(key.recipient).seal(secret)).not.toBe(sealed);
        fc.pre(Buffer.compare(seed, other) !== 0);
        expect(makeSealingKey(other).open(sealed)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test("does not open when any character of it was changed", () => {
    const key = makeSealingKey();
    const secret = makeKey(aforo, { kind: "secret", environment: "production" });
    const sealed = recipientOf(key.recipient).seal(secret);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom("A", "b", "7", "_", "."), (at, character) => {
        // The last character of a base64 text has bits that stand for nothing, and padding is not read.
        const isLast = /^[\w+/]?=*(?:\.|$)/.test(sealed.slice(at));
        const isSame = sealed[at] === character || "+-/_".includes(sealed[at] ?? "");
        fc.pre(!isLast && !isSame);
        expect(key.open(sealed.slice(0, at) + character + sealed.slice(at + 1))).toBeNull();
      }),
    );
    for (const text of ["", "x25519", "x25519..", sealed.slice(0, -8), `${sealed}.more-of-it`.slice(2)]) {
      expect(key.open(text)).toBeNull();
    }
  });

  test("to an RSA key is opened with RSA-OAEP as every tool has it", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const der = publicKey.export({ format: "der", type: "spki" });
    for (const encoding of ["base64", "base64url"] as const) {
      const secret = makeKey(aforo, { kind: "secret", environment: "production" });
      const sealed = recipientOf(`rsa-oaep-256 ${der.toString(encoding)}`).seal(secret);
      const [name, text = ""] = sealed.split(".");
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const opened = privateDecrypt(
        { key: privateKey, padding, oaepHash: "sha256" },
        Buffer.from(text, "base64"),
      );
      expect([name, opened.toString("utf8")]).toEqual(["rsa-oaep-256", secret.reveal()]);
    }
    const small = recipientOf(`rsa-oaep-256 ${der.toString("base64")}`);
    expect(() => small.seal(new Secret("x".repeat(191)))).toThrow(RangeError);
    expect(small.seal(new Secret("x".repeat(190)))).not.toBe("");
  });

  test.each([
    ["nothing", ""],
    ["no key", "x25519 "],
    ["31 bytes", `x25519 ${Buffer.alloc(31, 7).toString("base64")}`],
    ["the point of order 1", `x25519 ${Buffer.alloc(32).toString("base64")}`],
    ["another name", `x448 ${Buffer.alloc(32, 7).toString("base64")}`],
    ["no DER", `rsa-oaep-256 ${Buffer.alloc(300, 7).toString("base64")}`],
    ["a small RSA key", rsa(1024)],
    ["an elliptic key", elliptic()],
  ])("is sealed to no %s", (_what, text) => {
    expect(parseRecipient(text)).toBeNull();
  });
});

function rsa(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength });
  return `rsa-oaep-256 ${publicKey.export({ format: "der", type: "spki" }).toString("base64")}`;
}

function elliptic(): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return `rsa-oaep-256 ${publicKey.export({ format: "der", type: "spki" }).toString("base64")}`;
}

describe("a key of the caller's own", () => {
  const formats = builtInProviders.flatMap((provider) => provider.formats);

  test("is told by its hash, prefix, length and ending, which read back", () => {
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.integer({ min: 1, max: 1000 }), (format, seed) => {
        const secret = generateKey(format, makeRandom(seed));
        const header = describeOwnKey({ secret, format });
        expect(header).not.toContain(secret.reveal());
        expect(parseOwnKey(header)).toEqual({
          sha256: createHash("sha256").update(secret.reveal()).digest("hex"),
          prefix: format.prefix,
          length: secret.reveal().length,
          ending: secret.reveal().slice(-4),
        });
      }),
    );
  });

  test.each([
    "",
    "sha256=ab; prefix=sk_live_; length=48",
    `sha256=${"a".repeat(64)}; length=48`,
    `sha256=${"a".repeat(64)}; prefix=sk_live_`,
    `sha256=${"a".repeat(64)}; sha256=${"b".repeat(64)}; prefix=sk_live_; length=48`,
    `sha256=${"a".repeat(64)}; prefix=sk_live_; length=4.8`,
    `sha256=${"a".repeat(64)}; prefix=sk_live_; length=48; ending=abcde`,
    `sha256=${"a".repeat(64)}; prefix=sk_live_; length=48; colour=red`,
    `sha256=${"A".repeat(64)}; prefix=sk_live_; length=48`,
  ])("is not read from %s", (header) => {
    expect(parseOwnKey(header)).toBeNull();
  });
});

describe("a call that makes a secret", () => {
  const format = findFormat(aforo, { kind: "secret", environment: "production" });
  if (format === undefined) throw new Error("Aforo has no live keys");
  const secret = generateKey(format, makeRandom(5));

  test("may be sent twice exactly when it has an Idempotency-Key", () => {
    const sealTo = makeSealingKey();
    const calls: readonly RepeatableCall[] = [
      {},
      { sealTo },
      { idempotencyKey: "a" },
      { idempotencyKey: "a", sealTo },
    ];
    expect(calls.map((call) => repeatableBy(call).isRepeatable)).toEqual([false, false, true, true]);
    expect(repeatableBy({ idempotencyKey: "a", sealTo }).headers).toEqual({
      "idempotency-key": "a",
      "Keywarden-Seal-To": sealTo.recipient,
    });
  });

  test("gives the key's text, whichever way it came", () => {
    const sealTo = makeSealingKey();
    const sealed = new Secret(recipientOf(sealTo.recipient).seal(secret));
    const redacted = new Secret(secret.redacted);
    const received = [
      receiveSecret(secret, {}),
      receiveSecret(sealed, { sealTo }),
      receiveSecret(redacted, { ownKey: { secret, format } }),
    ];
    expect(received.map((one) => one.reveal())).toEqual(received.map(() => secret.reveal()));
    expect(() => receiveSecret(secret, { sealTo })).toThrow("did not seal it");
  });
});
