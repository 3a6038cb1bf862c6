// Prints, for each hostile text, the work on 32 kB over that on 8 kB: 4 when it is linear, 16 when it is square.
import { startCountingWork } from "@keywarden/testing/coverage";

const count = startCountingWork(/packages\/(?:scan|key-format)\/src\/|count-linear-work/);
const { aforoKey, keyOf, scanner } = await import("../keys.ts");
const { providersOf } = await import("@keywarden/key-format");
const { makeScanner } = await import("@keywarden/scan");
const { sha256 } = await import("@keywarden/testing");
const thorough = makeScanner({ providers: providersOf([]).providers, sha256, isThorough: true });

const kilobyte = 1024;
const fill = (text: string) => (sizeBytes: number) => Buffer.alloc(sizeBytes, text);
const prefix = "sk_" + "live_";

const texts: Readonly<Record<string, (sizeBytes: number) => Buffer>> = {
  "one line of prefixes": fill(prefix),
  "prefixes with short bodies": fill(`${keyOf("sk_live_", 9, 1)} `),
  "one endless body": (size) => Buffer.concat([Buffer.from(prefix), Buffer.alloc(size, "aB3")]),
  "prefixes in UTF-16": (size) => Buffer.from(prefix.repeat(size / 16), "utf16le"),
  "one line of whole keys": fill(`${aforoKey(1)},`),
  "prefixes in base64": fill(Buffer.from(`${prefix}a`).toString("base64")),
  "prefixes in wrapped base64": fill(`${Buffer.from(`${prefix}a`).toString("base64")}\n`),
  "prefixes in hex": fill(Buffer.from(prefix).toString("hex")),
  "prefixes with escapes": fill("sk%5Flive%5F"),
  "prefixes in entities": fill("sk&#95;live&#95;"),
  "prefixes in strings": fill(`"sk_` + `live_" + `),
  "halves of prefixes in strings": fill(`"sk_" + `),
  "prefixes in Markdown": fill("sk\\_live\\_"),
  "prefixes in base64 twice": fill(
    Buffer.from(Buffer.from(`${prefix}a`).toString("base64")).toString("base64"),
  ),
  "prefixes in UTF-16 in base64": fill(Buffer.from(`${prefix}a`, "utf16le").toString("base64")),
  "prefixes in UTF-32": fill(Array.from(prefix, (character) => `${character}\0\0\0`).join("")),
  "lists of strings": fill(`"sk","live",`),
  "codes of characters": fill("115,107,95,108,105,118,101,95,"),
  "dumps of bytes": fill("00000000: 736b 5f6c 6976 655f 736b 5f6c 6976 655f  sk_live_sk_live_\n"),
  "invisible characters": fill("sk_live_\u200B"),
  colours: fill("sk_live_\u001B[1m\u001B[K"),
  "soft breaks": fill("sk_live_=\n"),
  backslashes: fill("\\"),
  quotes: fill(`"`),
};

function growth(work: (sizeBytes: number) => () => void): number {
  // What is made once, such as tables, is made here.
  count(work(16 * kilobyte));
  const small = count(work(8 * kilobyte));
  // What is passed over by one search takes next to none.
  return count(work(32 * kilobyte)) / Math.max(small, 1000);
}

function square(size: number): void {
  for (let at = 0; at < size / 160; at += 1) Buffer.alloc(size).indexOf(1);
}

const catalogue = "ghp_";
const catalogueTexts: typeof texts = {
  "prefixes of the catalogue": fill(`${catalogue}a1"`),
  "separators in percent": fill("%5F"),
  "prefixes of the catalogue with escapes": fill("ghp%5Fa1b2c3d4e5f6a7b8"),
  "entities of separators": fill("a&#95;1"),
  "separators in Markdown": fill("a1b2c3d4e5f6a7b8\\_"),
  "strings with prefixes of the catalogue": fill(`"ghp_a1" + `),
  "soft breaks in keys of the catalogue": fill("ghp_a1=\n"),
  "prefixes of the catalogue in hex": fill(Buffer.from(catalogue).toString("hex")),
  "short prefixes in base64": fill(Buffer.from("hf_abcdefghi").toString("base64")),
  "prefixes of the catalogue in base64 twice": fill(
    Buffer.from(Buffer.from("ghp_abcde").toString("base64")).toString("base64"),
  ),
  "prefixes of the catalogue in UTF-16 in base64": fill(Buffer.from("ghp_ab", "utf16le").toString("base64")),
  "lists that are joined": fill(`"a"].join(`),
  "lists of the catalogue that are joined": fill(`["ghp","a"].join("_")`),
  "codes of separators": fill("104,95,"),
  "codes of prefixes of the catalogue": fill("103,104,112,95,"),
  "codes in hexadecimal": fill("0x67,0x5f,"),
  "dumps of the catalogue": fill("\n00000000: 6768 705f 6768 705f 6768 705f 6768 705f  ghp_ghp_"),
};

const measure = (
  sought: typeof texts,
  { scanBytes }: Pick<typeof scanner, "scanBytes">,
): readonly (readonly [string, number])[] =>
  Object.entries(sought).map(([name, make]) => [
    name,
    growth((size) => {
      const bytes = make(size);
      return () => void scanBytes(bytes);
    }),
  ]);
const all = [
  ...measure(texts, scanner),
  ...measure(catalogueTexts, thorough),
  ["square work", growth((size) => () => square(size))] as const,
];
process.stdout.write(JSON.stringify(Object.fromEntries(all)));
