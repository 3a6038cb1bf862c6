import { describe, expect, it } from "vitest";
import { readStructure } from "../src/pattern/structure.ts";

const classOfUsers = "AKIA";
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The key id of an account, as AWS has made them since 2019. */
function keyIdOf(account: bigint, first = 1n): string {
  let rest = ((first << 47n) | (account << 7n) | 0x55n) << 32n;
  let text = "";
  for (let digit = 0; digit < 16; digit += 1) {
    text = base32.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return `${classOfUsers}${text}`;
}

describe("an AWS key id", () => {
  it.each([
    [1n, "000000000001"],
    [123_456_789_012n, "123456789012"],
    [999_999_999_999n, "999999999999"],
  ])("tells the account %s", (account, shown) => {
    const expected = { holds: true, notes: [`of AWS account ${shown}`] };
    expect(readStructure("aws-key-id", keyIdOf(account))).toEqual(expected);
  });

  it("tells none where no account has such a number, and where the id is older than the scheme", () => {
    const silent = { holds: true, notes: [] };
    expect(readStructure("aws-key-id", keyIdOf(1_000_000_000_000n))).toEqual(silent);
    expect(readStructure("aws-key-id", keyIdOf(123_456_789_012n, 0n))).toEqual(silent);
    expect(readStructure("aws-key-id", `${classOfUsers}IOSFODNN7EXAMPLE`)).toEqual(silent);
  });
});

describe("a PEM block", () => {
  const name = "PRIVATE KEY";
  const wrap = (der: Buffer): string =>
    `-----BEGIN ${name}-----\n${der.toString("base64")}\n-----END ${name}-----`;
  const beginning = Buffer.concat([Buffer.of(0x30, 0x82, 0x04, 0xa5), Buffer.alloc(1189, 7)]);

  it("is none where a document shows no more than its first line", () => {
    expect(readStructure("pem", wrap(beginning.subarray(0, 48)))).toMatchObject({ holds: false });
    expect(readStructure("pem", wrap(beginning.subarray(0, 590)))).toMatchObject({ holds: false });
  });

  it("is one where most of it is there", () => {
    for (const size of [600, 1000, beginning.length]) {
      expect(readStructure("pem", wrap(beginning.subarray(0, size)))).toMatchObject({ holds: true });
    }
  });
});

describe("a JSON Web Token", () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (claims: object, alg = "HS256"): string =>
    [encode({ alg }), encode(claims), "c2lnbmF0dXJl"].join(".");

  it("says when it ends, or that it does not", () => {
    expect(readStructure("jwt", token({ sub: "u-1", exp: 1_900_000_000 }))).toEqual({
      holds: true,
      notes: [],
      expiresAtMs: 1_900_000_000_000,
    });
    expect(readStructure("jwt", token({ sub: "u-1" }))).toMatchObject({ holds: true, isEndless: true });
  });

  it.each([
    ["is not signed", { sub: "u-1" }, "none"],
    ["is the one of jwt.io", { sub: "1234567890", name: "John Doe", iat: 1_516_239_022 }, "HS256"],
    ["is one of a library's tests", { foo: "bar" }, "HS256"],
    ["is issued by an example", { iss: "urn:example:issuer" }, "RS256"],
  ])("is not one without an end where it %s", (_, claims, alg) => {
    expect(readStructure("jwt", token(claims, alg)).isEndless).toBeUndefined();
  });
});
