import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { defineProvider } from "../src/define-provider.ts";
import { providersOf } from "../src/providers/providers-of.ts";
import { redactWithin } from "../src/redaction/redact-within.ts";

const part = (size: number): string => "q7Zt2LmX9bRw4KcV8nHs1YfJ6dGp3TeA".slice(0, size);

it.each([
  ["acme:{base62:8}:{base62:8}", `acme:${part(8)}:${part(8)}`],
  ["ac~{base62:6}~{base62:6}~{base62:6}", `ac~${part(6)}~${part(6)}~${part(6)}`],
  ["acme-{base62:20}.{hex:8}", `acme-${part(20)}.0a1b2c3d`],
])("a key of the pattern %s is masked, however short its runs are", (pattern, key) => {
  const defined = defineProvider({ id: "acme", patterns: [{ id: "one", pattern, kind: "secret" }] });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  for (const text of [key, `see ${key} there`]) {
    expect(redactWithin(text, [defined.provider])).not.toContain(key);
  }
});

// One in 1,500 holds `4b1d` with as much behind it as a key of ClickHouse has: such a fingerprint could not be stored.
it("a fingerprint or object id is shown whole, whatever it holds", () => {
  const { providers } = providersOf([]);
  for (let index = 0; index < 10_000; index += 1) {
    const digest = (algorithm: string): string => createHash(algorithm).update(String(index)).digest("hex");
    const text = `"key":"${digest("sha256")}" in ${digest("sha1")}`;
    expect(redactWithin(text, providers)).toBe(text);
  }
});

it.each([
  ["a key beside a digest", (key: string) => `${"0a".repeat(32)} ${key}`],
  ["a key within hexadecimal text that is no digest", (key: string) => `${"0a".repeat(7)}${key}`],
  [
    "a key at the end of a digest's worth of text that is not all hexadecimal",
    (key: string) => `${"0a".repeat(11)}${key}`,
  ],
])("%s is masked", (_what, put) => {
  const key = `4b1d${part(32)}q7Zt2L`;
  expect(redactWithin(put(key), providersOf([]).providers)).not.toContain(key);
});

it.each([
  ["longer first", ["acme-api-{base62:20}", "acme-{base64url:16,60}"]],
  ["shorter first", ["acme-{base64url:16,60}", "acme-api-{base62:20}"]],
])("a key of two patterns is shown by its longest prefix, the %s", (_order, texts) => {
  const patterns = texts.map((pattern, index) => ({ id: `p${index}`, pattern, kind: "secret" as const }));
  const defined = defineProvider({ id: "acme", patterns });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  expect(redactWithin(`acme-api-${part(20)}`, [defined.provider])).toBe(`acme-api-…${part(20).slice(-2)}`);
  // Whatever follows belongs to the key of the other pattern, and is masked with it.
  expect(redactWithin(`acme-api-${part(20)}-${part(9)}`, [defined.provider])).toBe("acme-…");
});
