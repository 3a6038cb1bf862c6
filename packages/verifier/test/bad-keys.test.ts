import type { VerifyRequest } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";
import { makeRig } from "./rig.ts";

describe("an address that tries bad keys", () => {
  const guesses: readonly Partial<VerifyRequest>[] = [
    { text: "nonsense" },
    { text: null, sha256: "f".repeat(64) },
    { provider: "aforo" },
  ];

  test.each(guesses)("%o counts, and is told to wait once there were too many", async (guess) => {
    const rig = makeRig({ badKeysPerMinute: 2 });
    const first = [await rig.ask(guess), await rig.ask(guess)];
    expect(first).not.toContain("too-many-bad-keys");
    rig.clock.advance(10_000);
    expect(await rig.verify(guess)).toEqual({
      ok: false,
      code: "too-many-bad-keys",
      key: null,
      rateLimits: [],
      retryAfterSeconds: 50,
    });
    rig.clock.advance(49_999);
    expect(await rig.ask(guess)).toBe("too-many-bad-keys");
    rig.clock.advance(1);
    expect(await rig.ask(guess)).not.toBe("too-many-bad-keys");
  });

  test("can use a good key, and is told what a good key may not do", async () => {
    const rig = makeRig({ badKeysPerMinute: 1, found: { restrictions: { product: "billing" } } });
    await rig.ask({ text: "nonsense" });
    expect(await rig.ask({ text: "nonsense" })).toBe("too-many-bad-keys");
    expect(await rig.ask({ product: "billing" })).toBe("ok");
    expect(await rig.ask({ product: "billing", provider: "azotte" })).toBe("ok");
    expect(await rig.ask()).toBe("product-not-named");
  });

  test("is not blamed for what a good key may not do", async () => {
    const rig = makeRig({ badKeysPerMinute: 1, found: { restrictions: { product: "billing" } } });
    for (let count = 0; count < 3; count += 1) expect(await rig.ask()).toBe("product-not-named");
    expect(await rig.ask({ text: "nonsense" })).toBe("malformed-key");
  });

  test("has a hundred tries a minute where nothing else is said", async () => {
    const rig = makeRig();
    for (let count = 0; count < 100; count += 1)
      expect(await rig.ask({ text: "nonsense" })).toBe("malformed-key");
    expect(await rig.ask({ text: "nonsense" })).toBe("too-many-bad-keys");
  });

  test("that is unknown is not counted", async () => {
    const rig = makeRig({ badKeysPerMinute: 1 });
    for (let count = 0; count < 3; count += 1)
      expect(await rig.ask({ text: "nonsense", ip: null })).toBe("malformed-key");
  });

  test.each([
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.1.2.3:8080", true],
    ["10.1.2.3", "10.1.2.4", false],
    ["2001:db8::1", "2001:db8::2", true],
    ["2001:db8::1", "[2001:db8::2]:443", true],
    ["2001:db8::1", "2001:db8:0:0:ffff:ffff:ffff:ffff", true],
    ["2001:db8::1", "2001:db8:0:1::1", false],
    ["2001:db8::1", "2001:db9::1", false],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", true],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:3:3:4:5:6", false],
    ["::1", "::2", true],
    ["::1:2:3:4:5", "0:0:0:1::", true],
    ["::1:2:3:4:5", "::2:2:3:4:5", false],
    ["1::2:3:4:5:6", "1:0:0:2::", true],
    ["1::", "1::9", true],
    ["1::", "2::", false],
    ["fe80::1%eth0", "fe80::2%eth1", true],
    ["fe80::1:2:3:4%eth0", "fe80:0:0:1::%eth0", false],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.2", false],
    ["a socket", "another socket", false],
  ])("%s shares its tries with %s: %s", async (one, other, isShared) => {
    const rig = makeRig({ badKeysPerMinute: 1 });
    await rig.ask({ text: "nonsense", ip: one });
    const code = isShared ? "too-many-bad-keys" : "malformed-key";
    expect(await rig.ask({ text: "nonsense", ip: other })).toBe(code);
  });
});
