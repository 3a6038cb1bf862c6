import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Match } from "@keywarden/scan";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const summaryOf = ({
  start,
  end,
  line,
  column,
  endColumn,
  fingerprint,
  confidence,
  reason,
  excerpt,
}: Match) => ({
  start,
  end,
  line,
  column,
  endColumn,
  fingerprint,
  confidence,
  reason,
  excerpt,
});

/** Text between keys: everything that people and machines write, but no prefix. */
const filler = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\r\n",
        "\r",
        " ",
        "=",
        '"',
        "é",
        "日本",
        "😀",
        "_",
        "\0",
        "\uFEFF",
        "API_KEY=",
        "aforo.ai",
      ),
      fc.string({ maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join("").replaceAll(/[spr]k_/g, "ok_"));

const planted = fc.record({
  key: fc
    .tuple(
      fc.constantFrom("sk_live_", "sk_test_", "rk_prod_", "sk_sand_", "sk_dev_", "pk_live_"),
      fc.integer({ min: 24, max: 60 }),
      fc.nat(1_000_000),
    )
    .map(([prefix, length, seed]) => keyOf(prefix, length, seed, "hex")),
  before: filler,
});

describe("planted keys", () => {
  it("stand on the line that their line ends say, wherever the bytes lie in memory", () => {
    const lineEnds = fc.array(fc.constantFrom("\n", "\n", "\n\n", "\r\n", "\r", "x", "some words "), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(lineEnds, fc.nat(7), fc.boolean(), (parts, shift, hasReturns) => {
        const text = parts.join("").replaceAll("\r", hasReturns ? "\r" : "");
        const memory = Buffer.from(`${"\n".repeat(shift)}${text} ${aforoKey(3)}`);
        const [match] = scanner.scanBytes(memory.subarray(shift));
        const lines = text.split(/\r\n|\n|\r/u);
        expect([match?.line, match?.column]).toEqual([lines.length, (lines.at(-1)?.length ?? 0) + 2]);
      }),
    );
  });

  it("are all found at their exact offsets, lines and columns", () => {
    fc.assert(
      fc.property(fc.array(planted, { minLength: 1, maxLength: 6 }), filler, (plants, end) => {
        const text = plants.map(({ before, key }) => `${before} ${key}`).join(" ") + ` ${end}`;
        const bytes = Buffer.from(text);
        const keys = new Set(plants.map(({ key }) => key));
        const found = scanner.scanBytes(bytes).filter(({ secret }) => keys.has(secret.reveal()));
        expect(found.map(({ secret }) => secret.reveal())).toEqual(plants.map(({ key }) => key));
        for (const { start, end: stop, line, column, endColumn, secret } of found) {
          expect(bytes.toString("utf8", start, stop)).toBe(secret.reveal());
          const lines = bytes
            .toString("utf8")
            .replace(/^\uFEFF/, "")
            .split(/\r\n|\n|\r/);
          expect(lines[line - 1]?.slice(column - 1, endColumn - 1)).toBe(secret.reveal());
        }
      }),
    );
  });

  it("are found alike in the whole and in chunks cut anywhere", () => {
    fc.assert(
      fc.property(
        fc.array(planted, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 12_000 }),
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom("utf8" as const, "utf16le" as const),
        (plants, gap, sizes, encoding) => {
          const padding = "lorem ipsum\n".repeat(Math.ceil(gap / 12)).slice(0, gap);
          const text = plants.map(({ before, key }) => `${padding}${before} ${key} `).join("");
          const bytes = Buffer.from(text, encoding);
          const scan = scanner.scanChunks();
          const matches: Match[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            matches.push(...scan.push(bytes.subarray(at, at + size)));
            at += size;
          }
          matches.push(...scan.finish());
          expect(matches.map(summaryOf)).toEqual(scanner.scanBytes(bytes).map(summaryOf));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are never shown by anything but the secret", () => {
    fc.assert(
      fc.property(fc.array(planted, { minLength: 1, maxLength: 4 }), fc.boolean(), (plants, wide) => {
        const text = plants.map(({ before, key }) => `${before.replaceAll(/[\r\n]/g, " ")} ${key}`).join(" ");
        const matches = scanner.scanBytes(Buffer.from(text, wide ? "utf16le" : "utf8"));
        const shown = JSON.stringify(matches);
        for (const { key } of plants) expect(shown).not.toContain(key.slice(9, 30));
      }),
    );
  });
});

describe("bytes that are not UTF-8", () => {
  const key = aforoKey(3);

  it("count as one column each, whether Latin-1 or broken sequences", () => {
    const bytes = Buffer.concat([Buffer.from([0xe9, 0xff, 0xe2, 0x82, 0xf0, 0x9f]), Buffer.from(key)]);
    expect(scanner.scanBytes(bytes)[0]).toMatchObject({ line: 1, column: 7, start: 6 });
  });

  it.each([
    ["little endian", (text: string) => Buffer.from(text, "utf16le")],
    ["big endian", (text: string) => Buffer.from(text, "utf16le").swap16()],
  ])(
    "may be UTF-16 %s, with and without a byte order mark, with lines and columns of the text",
    (_, encode) => {
      const text = `first\r\n日本 😀 key="${key}";\n`;
      for (const mark of ["", "\uFEFF"]) {
        const bytes = encode(mark + text);
        const [match] = scanner.scanBytes(bytes);
        expect(match?.secret.reveal()).toBe(key);
        expect(match).toMatchObject({ line: 2, column: 12, endColumn: 60 });
        expect(bytes.subarray(match?.start, match?.end).equals(encode(key))).toBe(true);
      }
    },
  );

  it("may be UTF-16 at an odd offset inside a binary", () => {
    const bytes = Buffer.concat([
      Buffer.from([1, 2, 3]),
      Buffer.from(`\0${key}\0`, "utf16le"),
      Buffer.alloc(64, 200),
    ]);
    const [match] = scanner.scanBytes(bytes);
    expect(match?.secret.reveal()).toBe(key);
  });

  it("may be both: a UTF-16 file that a tool appended ASCII to", () => {
    const bytes = Buffer.concat([Buffer.from("\uFEFFhello\r\n", "utf16le"), Buffer.from(`k=${key}\n`)]);
    expect(scanner.scanBytes(bytes).map(({ secret }) => secret.reveal())).toEqual([key]);
  });
});
