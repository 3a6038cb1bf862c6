import assert from "node:assert/strict";
import { builtInProviders } from "@keywarden/key-format";
import { createRedactor, makeScanner } from "@keywarden/scan";
import { makeRandom, sha256, writtenForms } from "@keywarden/testing";
import { Choices } from "../choices.ts";
import type { Target } from "../target.ts";
import { checkPlaces, scanInChunks, shapes } from "./matcher.ts";

const scanner = makeScanner({ providers: builtInProviders, sha256 });
const redactor = createRedactor();
const forms = Object.values(writtenForms);
const prefixes = ["sk_live_", "sk_test_", "rk_prod_", "sk_sand_", "sk_dev_", "pk_live_"] as const;

const noise = [
  "\n", "\r\n", "\r", " ", "=", ":", '"', "'", "\\", "\\\\u00", "%", "%25", "&#", "&amp;", "${", "}", "\0", "\xff\xfe",
  "c2tfbGl2", "c2tf", "736b5f", "5f6c69", "sk_live_", '"sk_" + "', "sk%5Flive", "\xc3\xa9", "API_KEY=", "aforo.ai",
  "+\n", "AAAA", "0", "-", "/", "task_", "ask_live_", "\x1b[32m",
]; // prettier-ignore

interface Plant {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

/** Noise and planted keys in turn, each key between what ends a run of digits, a string and a line. */
function makeDocument(choices: Choices): { readonly bytes: Buffer; readonly plants: readonly Plant[] } {
  const pieces: Buffer[] = [];
  const plants: Plant[] = [];
  let size = 0;
  const add = (bytes: Buffer): void => {
    pieces.push(bytes);
    size += bytes.length;
  };
  for (let left = 300; left > 0 && !choices.isOver; left -= 1) {
    if (!choices.oneIn(6)) {
      add(Buffer.from(choices.pick(noise), "latin1"));
      continue;
    }
    const prefix = choices.pick(prefixes);
    const body = Buffer.from(makeRandom(choices.below(65_536))(12 + choices.below(30))).toString("hex");
    const key = prefix + body;
    add(Buffer.from(" | \n\n;; ", "latin1"));
    const form = choices.pick(forms);
    const before = choices.pick(["", "k=", "a text in front = ", '{"k":', "::"]);
    const behind = choices.pick(["", ";", ", and more", "}"]);
    const bytes = form.encode(before + key + behind);
    plants.push({ start: size, end: size + bytes.length, key });
    add(bytes);
    add(Buffer.from(" ; \n\n| ", "latin1"));
  }
  return { bytes: Buffer.concat(pieces), plants };
}

export const views: Target = {
  scripts: /packages\/scan\/src\//,
  run: (input) => {
    const choices = new Choices(input);
    const cuts = Array.from({ length: 3 }, () => 1 + choices.below(1000));
    const { bytes, plants } = makeDocument(choices);
    const matches = scanner.scanBytes(bytes);
    checkPlaces(bytes, matches);
    for (const { start, end, key } of plants) {
      const inside = matches.filter((match) => match.start >= start && match.end <= end);
      const found = inside.some(({ fingerprint }) => fingerprint === sha256(key));
      const seen = matches.map((match) => `${match.start}-${match.end} ${match.encoding} ${match.redacted}`);
      assert.ok(found, `the key at ${start}-${end} is not found; there are: ${seen.join(", ")}`);
    }
    assert.deepEqual(shapes(scanInChunks(scanner, bytes, cuts)), shapes(matches), "chunks change nothing");
    const shown = JSON.stringify(matches);
    const redacted = redactInChunks(bytes, cuts);
    for (const { start, end, key } of plants) {
      const secretPart = key.slice(8, -4);
      assert.ok(!shown.includes(secretPart), "a match shows a key");
      assert.ok(!redacted.includes(secretPart), "a redacted stream shows a key");
      assert.ok(!redacted.includes(bytes.subarray(start, end)), "a redacted stream shows the form of a key");
    }
    assert.ok(
      redacted.equals(redactInChunks(bytes, [bytes.length + 1])),
      "chunks change nothing for the redactor",
    );
  },
};

function redactInChunks(bytes: Buffer, cuts: readonly number[]): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    parts.push(redactor.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat([...parts, redactor.flush()]);
}
