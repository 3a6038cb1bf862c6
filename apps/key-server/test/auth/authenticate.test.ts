import type { StoredKey, TokenRecord } from "@keywarden/storage";
import { makeClock, sha256 } from "@keywarden/testing";
import { makeRateLimiter, type Verdict, type VerifyRequest } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";
import { authenticate } from "../../src/auth/authenticate.ts";
import { tokenState } from "../../src/auth/token-state.ts";

const startMs = 1_000_000;
const text = "kwt_known";
const live: TokenRecord = {
  id: "tok_1",
  name: "ada",
  role: "operator",
  sha256: sha256(text),
  createdAtMs: 0,
  expiresAtMs: null,
  limits: null,
  revokedAtMs: null,
  revokedBy: null,
};
const holder = { type: "token", id: "tok_1", name: "ada", role: "operator", limits: null };

/** A server that knows one token, and whose verifier says this of every key. */
function makeRig(
  token: Partial<TokenRecord> = {},
  verdict: Verdict<StoredKey> = { ok: false, code: "unknown-key", key: null, rateLimits: [] },
) {
  const clock = makeClock(startMs);
  const uses: unknown[] = [];
  const asked: VerifyRequest[] = [];
  const recorded: unknown[] = [];
  const context = {
    storage: {
      now: clock,
      tokens: {
        findBySha256: async (digest: string) => (digest === live.sha256 ? { ...live, ...token } : null),
      },
    },
    tokenUses: { used: (...use: readonly unknown[]) => uses.push(use) },
    traffic: { record: (...record: readonly unknown[]) => recorded.push(record) },
    badTokens: makeRateLimiter(clock),
    verifier: {
      verify: async (request: VerifyRequest) => {
        asked.push(request);
        return verdict;
      },
    },
  };
  return {
    clock,
    uses,
    asked,
    recorded,
    ask: (bearer: string | null, ip = "10.1.2.3") => authenticate(context, bearer, { ip, method: "GET" }),
    /** The code with which a token is refused, or `known`. */
    codeOf: async (bearer: string, ip = "10.1.2.3") => {
      const answer = await authenticate(context, bearer, { ip });
      return answer.status === "known" ? "known" : answer.denied.code;
    },
  };
}

describe("a token of the server's own", () => {
  test("that lives is known, and its use is remembered", async () => {
    const { ask, uses, asked, recorded } = makeRig();
    expect(await ask(text)).toEqual({ status: "known", principal: holder, rateLimits: [] });
    expect([uses, asked, recorded]).toEqual([[["tok_1", startMs]], [], []]);
  });

  test.each([
    ["was revoked", { revokedAtMs: startMs - 1 }, "key-revoked"],
    ["expires now", { expiresAtMs: startMs }, "key-expired"],
    ["was revoked and would have expired", { revokedAtMs: 1, expiresAtMs: startMs }, "key-revoked"],
    ["was revoked before it would expire", { revokedAtMs: 1, expiresAtMs: startMs + 1 }, "key-revoked"],
  ] as const)("that %s is refused, and its holder is known to the audit alone", async (_, token, code) => {
    const { ask, uses } = makeRig(token);
    expect(await ask(text)).toEqual({
      status: "denied",
      denied: { ok: false, code, key: null, rateLimits: [] },
      principal: holder,
    });
    expect(uses).toEqual([]);
  });

  test("that nobody has is refused, and asked about nowhere else", async () => {
    const { ask, asked } = makeRig();
    expect(await ask("kwt_other")).toEqual({
      status: "denied",
      denied: { ok: false, code: "unknown-key", key: null, rateLimits: [] },
    });
    expect(asked).toEqual([]);
  });

  test.each([
    [null, null, "active"],
    [startMs + 1, null, "active"],
    [startMs, null, "expired"],
    [startMs - 1, null, "expired"],
    [null, startMs, "revoked"],
    [startMs, startMs, "revoked"],
  ] as const)("that expires at %s and was revoked at %s is %s", (expiresAtMs, revokedAtMs, state) => {
    expect(tokenState({ expiresAtMs, revokedAtMs }, startMs)).toBe(state);
  });
});

describe("an address that guesses tokens", () => {
  const guess = async (rig: ReturnType<typeof makeRig>, count: number, bearer = "kwt_other") => {
    for (let index = 0; index < count; index += 1) await rig.codeOf(bearer);
  };

  test("waits after a hundred in a minute, until the first of them is a minute old", async () => {
    const rig = makeRig();
    await guess(rig, 99);
    expect(await rig.codeOf("kwt_other")).toBe("unknown-key");
    rig.clock.advance(20_000);
    expect(await rig.ask("kwt_other")).toEqual({
      status: "denied",
      denied: { ok: false, code: "too-many-bad-keys", key: null, rateLimits: [], retryAfterSeconds: 40 },
    });
    rig.clock.advance(39_999);
    expect(await rig.codeOf("kwt_other")).toBe("too-many-bad-keys");
    rig.clock.advance(1);
    expect(await rig.codeOf("kwt_other")).toBe("unknown-key");
  });

  test("is one that shows tokens which have ended, too", async () => {
    const rig = makeRig({ revokedAtMs: 1 });
    await guess(rig, 100, text);
    expect(await rig.codeOf(text)).toBe("too-many-bad-keys");
  });

  test("locks out neither an operator behind it nor anybody elsewhere", async () => {
    const rig = makeRig();
    await guess(rig, 101);
    expect([await rig.codeOf(text), await rig.codeOf("kwt_other", "10.1.2.4")]).toEqual([
      "known",
      "unknown-key",
    ]);
  });

  test.each([
    ["10.1.2.3", "10.1.2.4", false],
    ["2001:db8::1", "2001:db8:0:7::1", true],
    ["2001:db8::1", "2001:db8:1::1", false],
    // An IPv4 address in the words of IPv6 is one address.
    ["::ffff:10.1.2.3", "::ffff:10.1.2.4", false],
  ])("shares its tries, from %s, with %s: %s", async (one, other, isShared) => {
    const rig = makeRig();
    for (let index = 0; index < 100; index += 1) await rig.codeOf("kwt_other", one);
    expect(await rig.codeOf("kwt_other", other)).toBe(isShared ? "too-many-bad-keys" : "unknown-key");
  });
});

describe("a key that the server issued", () => {
  const key = (generation: number): StoredKey =>
    ({ id: "key_1", generation, secret: { sha256: sha256("sk_current") } }) as unknown as StoredKey;

  test.each([null, "sk_x", "KWT_x", " kwt_x", "x_kwt_"])(
    "is asked about by the text %j, and counted",
    async (bearer) => {
      const { ask, asked, recorded } = makeRig();
      const denied = { ok: false, code: "unknown-key", key: null, rateLimits: [] };
      expect(await ask(bearer)).toEqual({ status: "denied", denied });
      expect(asked).toEqual([{ text: bearer, ip: "10.1.2.3", method: "GET" }]);
      expect(recorded).toEqual([[denied, { ip: "10.1.2.3", method: "GET" }, startMs]]);
    },
  );

  test.each([
    { generation: 1, bearer: "sk_current", isInGrace: false },
    { generation: 1, bearer: "sk_other", isInGrace: false },
    { generation: 2, bearer: "sk_current", isInGrace: false },
    { generation: 2, bearer: "sk_other", isInGrace: true },
  ])(
    "$generation generations old, shown as $bearer, is in grace: $isInGrace",
    async ({ generation, bearer, isInGrace }) => {
      const rateLimits = [{ requests: 1, windowSeconds: 60, remaining: 0, resetSeconds: 60 }];
      const { ask } = makeRig({}, { ok: true, key: key(generation), rateLimits });
      expect(await ask(bearer)).toEqual({
        status: "known",
        principal: { type: "key", key: key(generation), isInGrace },
        rateLimits,
      });
    },
  );
});
