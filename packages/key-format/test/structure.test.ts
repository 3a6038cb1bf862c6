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

describe("a shared access signature", () => {
  const sig = Buffer.from("0123456789abcdef".repeat(2)).toString("base64url");
  const facts = (query: string) => readStructure("signed-query", query);

  it.each([
    ["storage", `sv=2022-11-02&sp=r&se=2024-02-29T12%3A30%3A00Z&sig=${sig}%3D`, 1_709_209_800_000],
    ["storage, of a day", `sv=2022-11-02&ss=b&se=1999-12-31&sig=${sig}%3D`, 946_598_400_000],
    ["storage, where & is an entity", `sv=2022-11-02&amp;sp=r&amp;se=1970-01-02&amp;sig=${sig}`, 86_400_000],
    ["Service Bus", `sr=https%3A%2F%2Facme.io&sig=${sig}%3D&se=1700000000&skn=send`, 1_700_000_000_000],
    ["Event Grid", `r=https%3A%2F%2Facme.io&e=6%2F15%2F2017+6%3A20%3A15+PM&s=${sig}%3D`, 1_497_571_200_000],
    ["a workflow, which never ends", `sp=%2Ftriggers%2Fa%2Frun&sv=1.0&sig=${sig}`, undefined],
  ])("of %s says when it ends", (_, query, end) => {
    expect(facts(query)).toEqual({
      holds: true,
      notes: [],
      ...(end === undefined ? {} : { expiresAtMs: end }),
    });
  });

  it.each([
    ["a signature alone", `sig=${sig}`],
    ["a short signature", `sv=2022-11-02&sp=r&sig=${sig.slice(9)}`],
    ["one that is filled in", `sv=2022-11-02&sp=r&sig=${"X".repeat(43)}`],
    ["one of no date that can be read", `sv=2022-11-02&se=soon&sig=${sig}%zz`],
  ])("is none: %s", (_, query) => {
    expect(facts(query).holds).toBe(false);
  });
});
