import assert from "node:assert/strict";
import { generateKey } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makeRandom, sha256 } from "@keywarden/testing";
import { ConfigError } from "../../../packages/repository-config/src/config-error.ts";
import { readConfig } from "../../../packages/repository-config/src/read-config.ts";
import { Choices } from "../choices.ts";
import type { Target } from "../target.ts";

const names = [
  ..."$schema providers allow policy exclude provider __proto__ constructor é id name formats publishedExamples".split(
    " ",
  ),
  ..."variables hosts rotation hygiene dialect prefix kind environment label body alphabet length min max".split(
    " ",
  ),
  ..."stated issuedLength checksum algorithm covers path format finding fingerprint reason owner expires".split(
    " ",
  ),
  ..."minConfidence secret restricted publishable production sandbox development".split(" "),
  "",
];

const texts = [
  ..."acme Acme acme_live_ acme_ sk_ sk_live_ aforo secret restricted production base62 hex block warn ignore".split(
    " ",
  ),
  ..."low medium high ** * a/**/b [a-z]* {a,b} !x /x .. \\ 2026-02-30 2026-12-31 crc32-base62 prefix-and-body".split(
    " ",
  ),
  ..."days standard".split(" "),
  "",
  "why not",
  "0".repeat(64),
  "a".repeat(300),
];

const validFormat = {
  prefix: "acme_live_",
  kind: "secret",
  environment: "production",
  body: { alphabet: "base62", length: 32 },
};
const valid: readonly unknown[] = [
  { providers: [{ id: "acme", formats: [validFormat] }] },
  {
    providers: [
      { id: "acme", formats: [{ ...validFormat, body: { alphabet: "hex", length: { min: 16, max: 64 } } }] },
    ],
  },
  { exclude: ["vendor/**"], policy: { minConfidence: "high", secret: { production: "block" } } },
  { allow: [{ path: "a/**", format: "sk_test_", reason: "a fixture", owner: "me", expires: "2030-01-01" }] },
  {},
];

function makeValue(choices: Choices, depth: number): unknown {
  const kind = choices.below(depth > 6 ? 5 : 8);
  if (kind === 0) return choices.pick([null, true, false, 0, -1, 12, 40, 1e21, 0.5]);
  if (kind < 5) return choices.pick(texts);
  const size = choices.below(5);
  if (kind === 5) return Array.from({ length: size }, () => makeValue(choices, depth + 1));
  const pairs = Array.from(
    { length: size },
    () => [choices.pick(names), makeValue(choices, depth + 1)] as const,
  );
  return Object.fromEntries(pairs);
}

/** Puts something else in the place of a part of a document. */
function changed(value: unknown, choices: Choices): unknown {
  if (choices.oneIn(4) || typeof value !== "object" || value === null) return makeValue(choices, 3);
  if (Array.isArray(value)) {
    const at = choices.below(value.length + 1);
    return [...value.slice(0, at), changed(value[at], choices), ...value.slice(at + 1)];
  }
  const keys = [...Object.keys(value), choices.pick(names)];
  const key = keys[choices.below(keys.length)] ?? "";
  return { ...value, [key]: changed(Reflect.get(value, key), choices) };
}

function makeSource(choices: Choices): string {
  let value: unknown = choices.pick(valid);
  for (let left = choices.below(4); left > 0; left -= 1) value = changed(value, choices);
  let source = JSON.stringify(value, null, choices.below(3));
  for (let left = choices.below(3); left > 0; left -= 1) {
    const at = choices.below(source.length + 1);
    const piece = choices.pick([
      "",
      "//",
      "/*",
      "*/",
      "\n",
      "\r\n",
      ",",
      '"',
      "{",
      "]",
      "\\",
      "\\u12",
      "\uFEFF",
      "\0",
      "😀",
      "nul",
      "-",
      "1e",
    ]);
    source = source.slice(0, at) + piece + source.slice(at + choices.below(3));
  }
  return source;
}

export const config: Target = {
  scripts:
    /packages\/repository-config\/src\/|packages\/key-format\/src\/definition\/|scan\/src\/path-pattern/,
  run: (input) => {
    const choices = new Choices(input);
    const source = makeSource(choices);
    const read = readOrRefuse(source);
    if (read === null) return;
    const scanner = makeScanner({ providers: read.providers, sha256 });
    for (const { formats } of read.providers.slice(-1)) {
      for (const format of formats) {
        const key = generateKey(format, makeRandom(7));
        const matches = scanner.scanText(`k = "${key.reveal()}"`);
        assert.ok(
          matches.some(({ secret }) => secret.reveal() === key.reveal()),
          `a key that begins with ${format.prefix} is not found`,
        );
      }
    }
    for (const { matches } of read.exclude) {
      assert.ok(!(matches("a") && matches("z/y")), "everything is excluded");
      matches("a/".repeat(200));
    }
  },
};

function readOrRefuse(source: string): ReturnType<typeof readConfig> | null {
  try {
    return readConfig(source);
  } catch (error) {
    assert.ok(error instanceof ConfigError, `not an error for people: ${String(error)}`);
    const lines = source.split(/\r\n|\n|\r/);
    for (const message of error.message.split("\n")) {
      const [, line = "0", column = "0"] = /^keywarden\.json:(\d+):(\d+): \S/.exec(message) ?? [];
      const text = lines[Number(line) - 1];
      assert.ok(text !== undefined && Number(column) >= 1, `no such line: ${error.message}`);
      assert.ok(Number(column) <= text.length + 1, `no such column: ${message}`);
    }
    return null;
  }
}
