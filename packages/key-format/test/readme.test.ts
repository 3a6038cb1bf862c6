import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import {
  aforo,
  builtInProviders,
  findFormat,
  generateKey,
  validateKey,
  type Sha256,
} from "@keywarden/key-format";

it("does what the README shows", () => {
  const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");
  const format = findFormat(aforo, { kind: "secret", environment: "production" });
  if (format === undefined) throw new Error("Aforo issues no live key");

  const key = generateKey(format, randomBytes);
  expect(key.redacted).toMatch(/^sk_live_…[0-9A-Za-z]{4}$/);
  const result = validateKey(key.reveal(), { providers: builtInProviders, sha256 });
  expect(`${result.status} ${result.message}`).toBe("valid fits the format of Aforo, Aero2, Example");
});
