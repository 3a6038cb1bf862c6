import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import {
  alphabetCharacters,
  builtInProviders,
  type ProviderProfile,
  validateKey,
} from "@keywarden/key-format";
import { makeScanner, type Match, type Scanner } from "@keywarden/scan";
import { makeRandom, sha256 } from "@keywarden/testing";
import { Choices } from "../choices.ts";
import type { Target } from "../target.ts";

/** The scanner and the plainest way to say what it must find, over the same providers. */
interface Pair {
  readonly providers: readonly ProviderProfile[];
  readonly scanner: Scanner;
  readonly prefixes: readonly string[];
}

const template = builtInProviders[0];
const own = (
  id: string,
  prefixes: readonly string[],
  alphabet: "base62" | "base64url" | "hex",
): ProviderProfile => {
  if (template === undefined) throw new Error("no built-in providers");
  const body = { alphabet, length: { min: 12, max: 64 }, stated: false, issuedLength: 40 } as const;
  const formats = prefixes.map(
    (prefix) => ({ prefix, kind: "secret", environment: "production", label: "own", body }) as const,
  );
  return { ...template, id, name: id, publishedExamples: [], variables: [], hosts: [], formats };
};

const letters = (seed: number): string =>
  Array.from(makeRandom(seed)(5), (byte) => String.fromCharCode(97 + (byte % 26))).join("");

const pairs: readonly Pair[] = [
  pairOf(builtInProviders),
  pairOf([...builtInProviders, own("wide", ["sk_live_", "key_"], "base64url")]),
  pairOf([
    ...builtInProviders,
    own("short", ["sk_", "k__", "aa_"], "base62"),
    own("hex", ["sk_live_a_"], "hex"),
  ]),
  pairOf([
    ...builtInProviders,
    own(
      "many",
      Array.from({ length: 200 }, (_, seed) => `${letters(seed)}_`),
      "base62",
    ),
  ]),
];

function pairOf(providers: readonly ProviderProfile[]): Pair {
  const scanner = makeScanner({ providers, sha256 });
  // The first bytes are searched without preparation.
  scanner.scanBytes(Buffer.alloc(64 * 1024));
  return { providers, scanner, prefixes: scanner.anchors };
}

const syntax = [
  ...Array.from("0aZ_-\n\r\t \"'`\\$%&+.,;:={}()/|\0\xff"),
  ..."\\n \\u00 %5F %25 &#95; ${ b[1m sk_ live _test_ YOUR_".split(" "),
  '" + "',
  "\\\n",
];

/** Bytes made of pieces of prefixes, of bodies and of what stands around keys. */
function makeText(choices: Choices, { prefixes }: Pair): Buffer {
  const alphabet = alphabetCharacters("base62");
  let text = "";
  while (!choices.isOver && text.length < 6000) {
    const kind = choices.below(8);
    const prefix = prefixes[choices.below(prefixes.length)] ?? "";
    if (kind < 3) text += prefix;
    else if (kind === 3) text += prefix.slice(choices.below(8), 4 + choices.below(8));
    else if (kind < 6) {
      const size = choices.oneIn(16) ? 500 + choices.below(30) : choices.below(66);
      text += Array.from(makeRandom(choices.below(65_536))(size), (byte) =>
        alphabet.charAt(byte % alphabet.length),
      ).join("");
    } else text += choices.pick(syntax);
  }
  return Buffer.from(text, "latin1");
}

const isAlphanumeric = (character: string): boolean => /^[0-9A-Za-z]$/.test(character);

/** Looks at every offset, one after the other, without an index, a table or a encoding. */
function checkEveryOffset(text: string, matches: readonly Match[], { providers, prefixes }: Pair): void {
  const byStart = new Map(matches.map((match) => [match.start, match]));
  for (let at = 0; at < text.length; at += 1) {
    const here = prefixes.filter((prefix) => text.startsWith(prefix, at));
    const prefix = here.toSorted((a, b) => b.length - a.length)[0];
    if (prefix === undefined || isAlphanumeric(text.charAt(at - 1))) continue;
    const bodyStart = at + prefix.length;
    const run = /^[0-9A-Za-z_-]*/.exec(text.slice(bodyStart, bodyStart + 600))?.[0] ?? "";
    const behind = text.charAt(bodyStart + run.length);
    // What goes on in another piece, or as an escape, is for the views to tell; so is a body of several words.
    if (/[_-]/.test(run) || /["'`\\$%&]/.test(behind) || run.length > 512) continue;
    const validation = validateKey(prefix + run, { providers, sha256 });
    if (validation.status !== "valid") continue;
    assert.equal(byStart.get(at)?.fingerprint, sha256(prefix + run), `the key at ${at} of ${text.length}`);
  }
}

export const matcher: Target = {
  scripts: /packages\/(?:scan|key-format)\/src\//,
  run: (input) => {
    const choices = new Choices(input);
    const pair = choices.pick(pairs);
    const cuts = Array.from({ length: 3 }, () => 1 + choices.below(700));
    const bytes = makeText(choices, pair);
    const text = bytes.toString("latin1");
    const matches = pair.scanner.scanBytes(bytes);
    checkEveryOffset(text, matches, pair);
    checkPlaces(bytes, matches);
    assert.deepEqual(
      shapes(scanInChunks(pair.scanner, bytes, cuts)),
      shapes(matches),
      "chunks change nothing",
    );
  },
};

/** Every match is in order, inside the bytes, and says where it stands as an editor would. */
export function checkPlaces(bytes: Buffer, matches: readonly Match[]): void {
  let last = 0;
  for (const { start, end, line, column, encoding, secret, prefix } of matches) {
    assert.ok(start >= last && end > start && end <= bytes.length, "offsets are in order and inside");
    last = start;
    if (encoding !== "plain") continue;
    assert.equal(bytes.toString("latin1", start, end), secret.reveal());
    assert.ok(secret.reveal().startsWith(prefix));
    const before = bytes.subarray(0, start);
    if (bytes.includes(0) || !isUtf8(before) || before[0] === 0xef) continue;
    const lines = before.toString("utf8").split(/\r\n|\n|\r/);
    assert.deepEqual([line, column], [lines.length, (lines.at(-1)?.length ?? 0) + 1]);
  }
}

export function scanInChunks(scanner: Scanner, bytes: Buffer, cuts: readonly number[]): readonly Match[] {
  const scan = scanner.scanChunks();
  const matches: Match[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    matches.push(...scan.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...matches, ...scan.finish()];
}

export const shapes = (matches: readonly Match[]): readonly unknown[] =>
  matches.map((match) => ({ ...match, secret: match.redacted }));
