// Prints, for each hostile text, the work on 32 kB over that on 8 kB: 4 when it is linear, 16 when it is square.
import { startCountingWork } from "@keywarden/testing/coverage";

const count = startCountingWork(/packages\/(?:scan|key-format)\/src\/|count-linear-work/);
const { aforoKey, keyOf, scanner } = await import("../keys.ts");

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

const scanned = Object.entries(texts).map(([name, make]): readonly [string, number] => [
  name,
  growth((size) => {
    const bytes = make(size);
    return () => void scanner.scanBytes(bytes);
  }),
]);
const all = [...scanned, ["square work", growth((size) => () => square(size))] as const];
process.stdout.write(JSON.stringify(Object.fromEntries(all)));
