import { describe, expect, it } from "vitest";
import {
  attribute,
  defineProvider,
  endpointFor,
  fingerprint,
  parseKey,
  redact,
  Secret,
  validateKey,
  type ParseResult,
} from "@keywarden/key-format";
import { sha256 } from "./random.ts";
import { joinParts, readVectors } from "./read-vectors.ts";
import { providersFor } from "./vectors.ts";

describe("parse", () => {
  for (const vector of readVectors<{ expected: Record<string, unknown> }>("parse")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const text = joinParts(vector.key);
      const result = parseKey(text, providersFor(vector));
      expect(summarise(result)).toEqual(vector.expected);
      expect(result.ok ? text.endsWith(result.prefix + result.body) : /^\S.*\S$/.test(result.message)).toBe(
        true,
      );
    });
  }
});

function summarise(result: ParseResult) {
  if (!result.ok) return { ok: false, reason: result.reason };
  const { prefix, body, kind, environment, label, formats } = result;
  const providers = formats.map(({ provider }) => provider.id);
  return { ok: true, prefix, bodyLength: body.length, kind, environment, label, providers };
}

describe("validate", () => {
  for (const vector of readVectors<{ expected: Record<string, unknown> }>("validate")) {
    it(`${vector.name} (§${vector.section}): ${vector.key.length} parts`, () => {
      const result = validateKey(joinParts(vector.key), { providers: providersFor(vector), sha256 });
      const { contains = "", ...expected } = vector.expected;
      expect(result).toMatchObject(expected);
      expect(result.message).toContain(contains);
    });
  }
});

describe("redact", () => {
  for (const vector of readVectors<{ expected: string }>("redact")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const text = joinParts(vector.key);
      expect(redact(text)).toBe(vector.expected);
      expect(new Secret(text).redacted).toBe(vector.expected);
    });
  }
});

describe("fingerprint", () => {
  for (const vector of readVectors<{ expected: string }>("fingerprint")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const text = joinParts(vector.key);
      expect(fingerprint(text, sha256)).toBe(vector.expected);
      expect(fingerprint(new Secret(text), sha256)).toBe(vector.expected);
    });
  }
});

describe("attribute", () => {
  interface Extra {
    expected: readonly (readonly [string, number])[];
    variables?: readonly string[];
    hosts?: readonly string[];
  }
  for (const vector of readVectors<Extra>("attribute")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const { variables = [], hosts = [] } = vector;
      const ranked = attribute(joinParts(vector.key), { providers: providersFor(vector), variables, hosts });
      expect(ranked.map(({ provider, score }) => [provider, score])).toEqual(vector.expected);
      for (const { evidence } of ranked) expect(evidence.length).toBeGreaterThan(0);
    });
  }
});

describe("define a provider", () => {
  interface Extra {
    input: unknown;
    expected: { provider?: unknown; problems?: readonly { path: string; suggestion?: string }[] };
  }
  for (const vector of readVectors<Extra>("define-provider")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const result = defineProvider(vector.input);
      const problems = result.ok ? [] : result.problems;
      const places = problems.map(({ path, suggestion }) =>
        suggestion === undefined ? { path } : { path, suggestion },
      );
      expect(result.ok ? { provider: result.provider } : { problems: places }).toEqual(vector.expected);
      for (const { message } of problems) expect(message.length).toBeGreaterThan(9);
    });
  }
});

describe("endpoint", () => {
  interface Extra {
    provider: string;
    expected: { ok: boolean };
  }
  for (const vector of readVectors<Extra>("endpoint")) {
    it(`${vector.name} (§${vector.section})`, () => {
      const provider = providersFor(vector).find(({ id }) => id === vector.provider);
      if (provider === undefined) throw new Error(`no provider ${vector.provider}`);
      const text = joinParts(vector.key);
      const result = endpointFor(text, provider);
      expect(result).toMatchObject(vector.expected);
      expect(endpointFor(new Secret(text), provider)).toEqual(result);
      if (!result.ok) assertNoBody(result.message, text);
    });
  }
});

function assertNoBody(message: string, text: string): void {
  const body = text.split("_").at(-1) ?? "";
  expect(body.length > 3 && message.includes(body)).toBe(false);
}
