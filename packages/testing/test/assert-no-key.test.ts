import { aforo } from "@keywarden/key-format";
import { assertNoKey, makeKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const key = makeKey(aforo, { kind: "secret", environment: "sandbox" });
const text = key.reveal();

describe("assertNoKey", () => {
  it("passes what holds no key, and what holds the redacted one", () => {
    expect(() => assertNoKey("", [key])).not.toThrow();
    expect(() => assertNoKey(`found ${key.redacted} in a file`, [key])).not.toThrow();
    expect(() => assertNoKey(text, [])).not.toThrow();
    expect(() =>
      assertNoKey(text, [makeKey(aforo, { kind: "secret", environment: "sandbox" }, 2)]),
    ).not.toThrow();
  });

  it.each([
    ["plain", Buffer.from(`KEY=${text};`)],
    ["without its prefix", Buffer.from(text.slice("sk_test_".length))],
    ["reversed", Buffer.from(text.split("").reverse().join(""))],
    ["UTF-16 LE", Buffer.from(`a${text}`, "utf16le")],
    ["UTF-16 BE", Buffer.from(`a${text}`, "utf16le").swap16()],
    ["hex", Buffer.from(Buffer.from(text).toString("hex"))],
    ["upper-case hex", Buffer.from(Buffer.from(text).toString("hex").toUpperCase())],
    ["base64", Buffer.from(Buffer.from(text).toString("base64"))],
    ["base64 one byte in", Buffer.from(Buffer.from(`"${text}"`).toString("base64"))],
    ["base64 two bytes in", Buffer.from(Buffer.from(`: ${text}\n`).toString("base64"))],
    ["base64url in a longer text", Buffer.from(Buffer.from(`user:${text}@host`).toString("base64url"))],
  ])("fails on a key that is %s, without printing it", (_form, haystack) => {
    let message = "";
    try {
      assertNoKey(haystack, [key]);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(key.redacted);
    expect(() => assertNoKey(message, [key])).not.toThrow();
  });
});
