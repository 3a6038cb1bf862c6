import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { providersOf } from "@keywarden/key-format";
import { createRedactor, type Edit, makeScanner, type Match } from "@keywarden/scan";
import { sha256, type WrittenForm, writtenForms } from "@keywarden/testing";
import type { HitsByDecoder } from "../src/search/locate.ts";
import { keyOf, scanner } from "./keys.ts";

const numRuns = process.env["SLOW"] === "1" ? 50_000 : 300;

const prefixes = ["sk_live_", "sk_test_", "rk_prod_", "sk_sand_", "sk_dev_", "pk_live_"];

const syntax = [
  "\n",
  "\r\n",
  "=",
  '"',
  "\\",
  "\\\\u00",
  "%",
  "%25",
  "&#",
  "&amp;",
  "${",
  "c2tfbGl2",
  "736b5f",
];

/** What may stand between keys: text, half keys, the beginnings of every encoding's syntax, and bytes. */
const noise = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.constantFrom(...syntax),
  fc.constantFrom(...prefixes, ...prefixes.map((prefix) => `"${prefix.slice(0, 3)}" + "`)),
);

interface Plant {
  readonly key: string;
  readonly form: WrittenForm;
}

const plant: fc.Arbitrary<Plant> = fc.record({
  key: fc
    .tuple(fc.constantFrom(...prefixes), fc.integer({ min: 24, max: 60 }), fc.nat(1_000_000))
    .map(([prefix, length, seed]) => keyOf(prefix, length, seed, "hex")),
  form: fc.constantFrom(...Object.values(writtenForms)),
});

/** Bytes of a grammar: noise and planted keys in turn, parted by what ends a run of digits and a line. */
const grammar = fc.array(fc.tuple(noise, fc.option(plant)), { maxLength: 8 }).map((parts) => {
  const pieces: Buffer[] = [];
  const plants: { readonly start: number; readonly end: number; readonly key: string }[] = [];
  let size = 0;
  const add = (bytes: Buffer): void => {
    pieces.push(bytes);
    size += bytes.length;
  };
  for (const [text, planted] of parts) {
    add(Buffer.from(text, "latin1"));
    if (planted === null) continue;
    add(Buffer.from(" | \n\n;; ", "latin1"));
    const encoded = planted.form.encode(planted.key);
    plants.push({ start: size, end: size + encoded.length, key: planted.key });
    add(encoded);
    add(Buffer.from(" ; \n\n| ", "latin1"));
  }
  return { bytes: Buffer.concat(pieces), plants };
});

const shape = ({ start, end, line, column, fingerprint, encoding, reason }: Match) => ({
  start,
  end,
  line,
  column,
  fingerprint,
  encoding,
  reason,
});

describe("whatever the grammar makes of noise and keys", () => {
  it("every planted key is found where it stands, and every offset is in range and in order", () => {
    fc.assert(
      fc.property(grammar, ({ bytes, plants }) => {
        const matches = scanner.scanBytes(bytes);
        for (const { start, end, key } of plants) {
          const found = matches.find((match) => match.start >= start && match.end <= end);
          expect(found?.fingerprint).toBe(sha256(key));
        }
        let last = 0;
        for (const match of matches) {
          expect(match.start).toBeGreaterThanOrEqual(last);
          expect(match.end).toBeGreaterThan(match.start);
          expect(match.end).toBeLessThanOrEqual(bytes.length);
          expect(match.endColumn).toBeGreaterThan(match.column);
          last = match.start;
        }
      }),
      { numRuns },
    );
  });

  it("chunks cut anywhere change nothing", () => {
    fc.assert(
      fc.property(
        grammar,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
        ({ bytes }, sizes) => {
          const scan = scanner.scanChunks();
          const matches: Match[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            matches.push(...scan.push(bytes.subarray(at, at + size)));
            at += size;
          }
          expect([...matches, ...scan.finish()].map(shape)).toEqual(scanner.scanBytes(bytes).map(shape));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("neither a redacted stream nor a report shows a body", () => {
    const redactor = createRedactor();
    fc.assert(
      fc.property(grammar, ({ bytes, plants }) => {
        const shown = JSON.stringify(scanner.scanBytes(bytes));
        const redacted = Buffer.concat([redactor.push(bytes), redactor.flush()]);
        for (const { start, end, key } of plants) {
          expect(shown).not.toContain(key.slice(9, 25));
          expect(redacted.includes(key.slice(9, 25))).toBe(false);
          // The planted form as a whole is gone, whatever it looks like.
          expect(redacted.includes(bytes.subarray(start, end))).toBe(false);
        }
      }),
      { numRuns },
    );
  });

  it("a version is scanned like bytes of its own, wherever pieces of the last one meet", () => {
    fc.assert(
      fc.property(grammar, fc.array(steps, { minLength: 1, maxLength: 4 }), ({ bytes: first }, edits) => {
        let bytes: Buffer = first;
        let version = everything.scanVersion(bytes, null);
        for (const pieces of edits) {
          const next = putTogether(bytes, pieces);
          version = everything.scanVersion(next.bytes, { version, edit: next.edit });
          bytes = next.bytes;
          const own = everything.scanVersion(bytes, null);
          expect(listed(version.found.hits)).toEqual(listed(own.found.hits));
          expect(listed(version.found.misses)).toEqual(listed(own.found.misses));
          expect(version.matches.map(shape)).toEqual(everything.scanBytes(bytes).map(shape));
        }
      }),
      { numRuns: numRuns / 3 },
    );
  });
});

const everything = makeScanner({ providers: providersOf([]).providers, sha256 });

type Step = { readonly from: number; readonly size: number } | { readonly text: string };

const starts = ["pat", "eyJ", "re_", "client_secret", "ghp_", "bot_token = ", "AIza", "\\n", "x", "%3D"];

/** How a version comes of the last one: pieces of it, and new text that begins keys, or words that look like it. */
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ from: fc.nat(3000), size: fc.nat(400) }),
    fc.record({ from: fc.nat(3000), size: fc.nat(20) }),
    fc.tuple(noise, fc.constantFrom("", ...starts)).map(([text, start]) => ({ text: text + start })),
    fc.tuple(fc.constantFrom(...starts), fc.nat(9)).map(([text, seed]) => ({ text: keyOf(text, 40, seed) })),
  ),
  { maxLength: 12 },
);

function putTogether(base: Buffer, pieces: readonly Step[]): { readonly bytes: Buffer; readonly edit: Edit } {
  const parts: Buffer[] = [];
  const copies: number[] = [];
  const changes = [0, 0];
  let size = 0;
  for (const piece of pieces) {
    const from = "text" in piece ? 0 : piece.from % (base.length + 1);
    const part = "text" in piece ? Buffer.from(piece.text, "latin1") : base.subarray(from, from + piece.size);
    if ("text" in piece) changes.push(size, size + part.length);
    else copies.push(from, part.length, size);
    parts.push(part);
    size += part.length;
    changes.push(size, size);
  }
  const bytes = Buffer.concat(parts);
  return { bytes, edit: { copies, gather: (aroundBytes) => gather(bytes, changes, aroundBytes) } };
}

function gather(bytes: Buffer, changes: readonly number[], aroundBytes: number): ReturnType<Edit["gather"]> {
  const isNear = new Uint8Array(bytes.length);
  for (let at = 0; at < changes.length; at += 2)
    isNear.fill(1, Math.max(0, (changes[at] ?? 0) - aroundBytes), (changes[at + 1] ?? 0) + aroundBytes);
  const windows: number[] = [];
  for (let start = isNear.indexOf(1); start !== -1;) {
    const stop = isNear.indexOf(0, start);
    const end = stop === -1 ? bytes.length : stop;
    windows.push(start, end, (windows.at(-1) ?? 0) + end - start);
    start = stop === -1 ? -1 : isNear.indexOf(1, stop);
  }
  return { bytes: Buffer.from(bytes.filter((_, at) => isNear[at] === 1)), windows };
}

// Which of several beginnings at one place is named first changes no match.
const listed = (hits: HitsByDecoder): HitsByDecoder =>
  Array.from({ length: 32 }, (_, decoder) =>
    (hits[decoder] ?? []).toSorted(
      (one, other) => one.start - other.start || (nameOf(one) < nameOf(other) ? -1 : 1),
    ),
  );
const nameOf = ({ anchor }: NonNullable<HitsByDecoder[number]>[number]): string => anchor.prefix?.text ?? "";
