import { deflateSync } from "node:zlib";
import { builtInProviders, providersOf } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makePatternKey, sha256 } from "@keywarden/testing";
import { describe, expect, it, test } from "vitest";
import { inflate } from "./archives.ts";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const key = aforoKey(7);
const unstated = keyOf("sk_prod_", 32, 5);
const [first, second] = [key.slice(0, 20), key.slice(20)];

const [live, sandbox] = [key.slice(0, 8), keyOf("sk_test_", 0, 1)];

/** What stands at the place that a match names. */
const shown = (text: string, { start, end }: { readonly start: number; readonly end: number }): string =>
  Buffer.from(text).toString("utf8", start, end);

describe("a key that is written otherwise", () => {
  it.each([
    ["a soft break of quoted-printable", "quoted-printable", `${"x".repeat(54)} ${first}=\r\n${second}`],
    ["an equals sign of quoted-printable", "plain", `key=3D${key}`],
    [
      "a zero-width space behind the prefix",
      "invisible-characters",
      `k: ${key.slice(0, 8)}\u200B${key.slice(8)}`,
    ],
    ["a zero-width joiner in the body", "invisible-characters", `k: ${first}\u200D${second}`],
    [
      "the end of a colour behind the prefix",
      "invisible-characters",
      `\u001B[1m${key.slice(0, 8)}\u001B[m\u001B[K${key.slice(8)}`,
    ],
    ["a colour in the body", "invisible-characters", `${first}\u001B[01;31m\u001B[K${second}`],
    ["what grep marks", "plain", `\u001B[01;31m\u001B[K${key}\u001B[m\u001B[K`],
    ["a soft hyphen in the prefix", "invisible-characters", `k: ${key.slice(0, 3)}\u00AD${key.slice(3)}`],
    ["a folded scalar of YAML", "joined-strings", `k: "${first}\\\n    ${second}"`],
    ["a list that is joined", "string-list", `["sk", "live", "${key.slice(8)}"].join("_")`],
    ["a list of parts", "string-list", `['${key.slice(0, 8)}','${key.slice(8, 20)}','${second}'].join('')`],
    ["a list in Python", "string-list", `"_".join(["sk", "live", "${key.slice(8)}"])`],
    ["a list in PHP", "string-list", `implode('_', ['sk', 'live', '${key.slice(8)}'])`],
    ["a list in Go", "string-list", `strings.Join([]string{"sk", "live", "${key.slice(8)}"}, "_")`],
  ])("%s is one match, in place", (_, encoding, text) => {
    const [match, ...more] = scanner.scanText(text);
    expect(match?.secret.reveal()).toBe(key);
    expect(match).toMatchObject({ encoding, verdict: "key", confidence: "high", line: 1 });
    const place = shown(text, match ?? { start: 0, end: 0 });
    expect(place.slice(-4)).toBe(key.slice(-4));
    expect(place.slice(0, 2)).toBe("sk");
    expect(more).toEqual([]);
  });

  it.each([
    ["a list that nothing joins", `["sk", "live", "${key.slice(8)}"]`],
    ["a list that another text joins", `["sk", "live", "${key.slice(8)}"].join("/")`],
    ["codes of another list", `[115, 107, 95, 108, 105, 118, 101, 95, 1, 2, 3]`],
  ])("%s is none", (_, text) => {
    expect(scanner.scanText(text)).toEqual([]);
  });

  it("is found in a dump on its line, whatever byte of the line it begins at", () => {
    for (let lead = 0; lead < 16; lead += 1) {
      const bytes = Buffer.from(`${"x".repeat(15 + lead)} ${key};`);
      const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) => {
        const part = bytes.subarray(16 * index, 16 * index + 16);
        const columns = part.toString("hex").match(/.{1,4}/g) ?? [];
        return `${(16 * index).toString(16).padStart(8, "0")}: ${columns.join(" ").padEnd(39)}  ${part.toString("latin1")}`;
      });
      const found = scanner.scanText(lines.join("\n")).filter(({ secret }) => secret.reveal() === key);
      expect(found).toMatchObject([{ encoding: "hexdump", line: 2 + Math.floor(lead / 16) }]);
    }
  });

  it("is found in a zlib stream, which is named as the place", () => {
    const opening = makeScanner({ providers: builtInProviders, sha256, inflate });
    const packed = deflateSync(`first line\nkey=${key}\n`);
    expect(opening.scanBytes(packed)).toMatchObject([{ member: "zlib", line: 2, confidence: "high" }]);
    expect(opening.scanText("x^2 + y^2 is no stream")).toEqual([]);
  });

  it("is placed by characters in UTF-32 with a byte order mark", () => {
    const text = `\uFEFFfirst\nkey = ${key}\n`;
    const bytes = Buffer.alloc(4 * text.length);
    for (let index = 0; index < text.length; index += 1)
      bytes.writeUInt32LE(text.charCodeAt(index), 4 * index);
    expect(scanner.scanBytes(bytes)).toMatchObject([
      { encoding: "utf-32", line: 2, column: 7, endColumn: 7 + key.length },
    ]);
  });
});

describe("a key that is glued to a word", () => {
  it.each(["x", "9", "A", "token", "stripeKey"])("is found behind %s by its stated length", (word) => {
    expect(scanner.scanText(`${word}${key}`).map(({ secret }) => secret.reveal())).toEqual([key]);
    const digits = Buffer.from(`${word}${key}`).toString("base64");
    expect(scanner.scanText(digits).map(({ secret }) => secret.reveal())).toEqual([key]);
  });

  it("is found by its variety where no length is stated", () => {
    expect(scanner.scanText(`token${unstated}`)).toMatchObject([{ provider: "aurora-solar" }]);
  });

  it.each([
    `ta${sandbox}alpha_beta_gamma_delta`,
    `di${live}0a1b2c3d4e5f6a7b8c9d0e1f`,
    `ki${live}aVeryLongCamelCaseNameOfThings`,
  ])("is not what ends a name: %s", (name) => {
    expect(scanner.scanText(name)).toEqual([]);
  });
});

test("keys of the catalogue that are glued to a word are told by a checksum or by fixed lengths", () => {
  const providers = providersOf([]).providers;
  const all = makeScanner({ providers, sha256 });
  for (const name of ["github/classic-pat", "npm/access-token", "digitalocean/personal-token"]) {
    const [id, sort] = name.split("/");
    const pattern = providers.find((one) => one.id === id)?.patterns?.find((one) => one.id === sort);
    const variant = pattern?.variants[0];
    if (pattern === undefined || variant === undefined) throw new Error(name);
    const made = makePatternKey(pattern, variant, 3);
    expect(all.scanText(`token${made}`).map(({ secret }) => secret.reveal())).toEqual([made]);
    expect(all.scanText(`token${made}x`)).toEqual([]);
  }
});
