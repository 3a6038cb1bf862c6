import { checksumFor, classCharacters, isLiteral } from "@keywarden/key-format";
import type { KeyPattern, PatternVariant } from "@keywarden/key-format";
import { makeRandom } from "./random.ts";

/** Makes a key that a pattern accepts, of its shortest or longest length, with a right checksum; made at run time, never written down. */
export function makePatternKey(
  pattern: Pick<KeyPattern, "around" | "checksum" | "structure">,
  variant: PatternVariant,
  seed: number,
  size: "min" | "max" = "min",
): string {
  if (pattern.structure === "jwt") return makeToken(seed);
  if (pattern.structure === "pem") return makeBlock(variant.prefix, seed);
  if (pattern.structure === "ppk") return makePuttyFile(`${variant.prefix}ssh-rsa`, { seed });
  if (pattern.structure === "signed-query") return makeSignedQuery(seed, size);
  if (pattern.around === "curl")
    return Buffer.from(makeRandom(seed)(30)).toString("base64url").slice(0, 28) + "4x";
  if (pattern.around === "basic") return makeLogin(variant[size], seed);
  const random = makeRandom(seed);
  const text = variant.parts
    .map((part) => {
      if (isLiteral(part)) return part.literal;
      const characters = classCharacters(part.characters);
      return Array.from(random(part[size]), (byte) => characters.charAt(byte % characters.length)).join("");
    })
    .join("");
  const { checksum } = pattern;
  if (checksum === undefined || checksum.algorithm !== "crc32") return text;
  const before = text.slice(0, -checksum.digits);
  return before + checksumFor(checksum, before, variant.prefix);
}

// A name and a password in so many characters of base64.
function makeLogin(size: number, seed: number): string {
  const password = Buffer.from(makeRandom(seed)(size))
    .toString("hex")
    .slice(0, (size / 4) * 3 - 2);
  return Buffer.from(`a:${password}`).toString("base64");
}

function makeSignedQuery(seed: number, size: "min" | "max"): string {
  const query = new URLSearchParams({ sv: "2022-11-02", sr: "b", sp: "r" });
  if (size === "max") query.set("se", "2126-01-01T00:00:00Z");
  query.set("sig", Buffer.from(makeRandom(seed)(32)).toString("base64"));
  return query.toString();
}

/** Makes a JSON Web Token with a random signature. */
export function makeToken(
  seed: number,
  claims: Readonly<Record<string, unknown>> = { sub: `user-${seed}` },
): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signature = Buffer.from(makeRandom(seed)(32)).toString("base64url");
  return [part({ alg: "HS256", typ: "JWT" }), part(claims), signature].join(".");
}

/** Makes a file as PuTTY writes it behind its first line, with random bytes in place of what is not given. */
export function makePuttyFile(
  firstLine: string,
  given: {
    readonly seed: number;
    readonly publicBlob?: Uint8Array;
    readonly cipher?: string;
    readonly macBytes?: number;
  },
): string {
  const { seed, publicBlob = makeRandom(seed + 279)(279), cipher = "none", macBytes = 32 } = given;
  const linesOf = (bytes: Uint8Array): readonly string[] =>
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const [open, locked] = [linesOf(publicBlob), linesOf(makeRandom(seed + 600)(600))];
  return [
    firstLine,
    `Encryption: ${cipher}`,
    "Comment: work",
    `Public-Lines: ${open.length}`,
    ...open,
    `Private-Lines: ${locked.length}`,
    ...locked,
    `Private-MAC: ${Buffer.from(makeRandom(seed)(macBytes)).toString("hex")}`,
  ].join("\n");
}

function makeBlock(begin: string, seed: number): string {
  const isOpenSsh = begin.includes("OPENSSH");
  const head = isOpenSsh
    ? Buffer.from("openssh-key-v1\0\0\0\0\u0004none")
    : Buffer.from([0x30, 0x82, 4, 0xa4]);
  const digits = Buffer.concat([head, makeRandom(seed)(600)]).toString("base64");
  return [begin, ...(digits.match(/.{1,64}/g) ?? []), begin.replace("BEGIN", "END")].join("\n");
}
