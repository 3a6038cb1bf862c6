import { expect, it } from "vitest";
import { defineProvider } from "../src/define-provider.ts";
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
