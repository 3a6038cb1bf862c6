import { dialects } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../src/auth/principal.ts";
import { checkReach } from "../../src/restrictions/check-reach.ts";
import { choosePermissions } from "../../src/restrictions/choose-permissions.ts";

const words = ["pick", "prune", "plant"] as const;
/** What a key may do; `null` is everything. */
const rights = fc.option(fc.subarray([...words]), { nil: null });

/** `known` are all permissions that there are; null where any word is one. */
const isMore = (
  theirs: readonly string[] | null,
  own: readonly string[] | null,
  known: readonly string[] | null = null,
): boolean => own !== null && ((theirs ?? known)?.some((one) => !own.includes(one)) ?? true);

const keyWith = (id: string, permissions: readonly string[] | null): StoredKey =>
  ({ id, permissions, expiresAtMs: null, metadata: {} }) as unknown as StoredKey;
const asKey = (key: StoredKey): Principal => ({ type: "key", key });

const [template] = Object.values(dialects);
if (template === undefined) throw new Error("no dialect");
const rules = fc.record({
  known: fc.constantFrom(null, [...words]),
  carriers: fc.constantFrom(["secret"] as const, ["secret", "restricted"] as const, [] as const),
  defaults: fc.constantFrom({}, { secret: ["pick"] }, { secret: ["pick"], restricted: [] }),
  limits: fc.constantFrom({}, { restricted: ["pick"] }),
});

describe("null, which is every right, is never more than the caller has", () => {
  test("in a key that a key makes, whatever the dialect's rules are", () => {
    const seen = { given: 0, refused: 0 };
    const kinds = fc.constantFrom("secret", "restricted", "publishable");
    const wanted = fc.option(fc.subarray([...words]), { nil: undefined });
    fc.assert(
      fc.property(rules, kinds, wanted, rights, (rule, kind, wish, own) => {
        const dialect = { ...template, permissions: { ...rule, manageKeys: null } };
        const chosen = choosePermissions(dialect, kind, wish, asKey(keyWith("parent", own)));
        seen[chosen.ok ? "given" : "refused"] += 1;
        expect(chosen.ok && isMore(chosen.value, own, rule.known)).toBe(false);
      }),
      { numRuns: 500, seed: 20_261_130 },
    );
    expect(Math.min(seen.given, seen.refused)).toBeGreaterThan(20);
  });

  test("in a key whose new secret a key gets", () => {
    fc.assert(
      fc.property(rights, rights, (own, theirs) => {
        const answer = checkReach(asKey(keyWith("one", own)), keyWith("other", theirs));
        expect(answer.ok).toBe(!isMore(theirs, own));
      }),
    );
  });

  test("a token, and a key about itself, may", () => {
    const key = keyWith("one", ["pick"]);
    expect(checkReach(asKey(key), key).ok).toBe(true);
    expect(checkReach({ type: "token" } as Principal, keyWith("other", null)).ok).toBe(true);
  });
});

describe("a key gets the new secret of another", () => {
  const at = (id: string, expiresAtMs: number | null, restrictions?: object): StoredKey =>
    ({
      id,
      permissions: null,
      expiresAtMs,
      metadata: restrictions === undefined ? {} : { restrictions },
    }) as unknown as StoredKey;

  test.each([
    [null, null, true],
    [null, 5, true],
    [5, null, false],
    [5, 4, true],
    [5, 5, true],
    [5, 6, false],
  ])("that expires at %s, itself expiring at %s: %s", (own, other, is) => {
    expect(checkReach(asKey(at("one", own)), at("other", other)).ok).toBe(is);
  });

  test.each([
    [{ product: "billing" }, { product: "billing" }, true],
    [{ product: "billing" }, { product: "other" }, false],
    [{ product: "billing" }, undefined, false],
    [{ ipRanges: ["10.0.0.0/8"] }, { ipRanges: ["10.1.0.0/16"] }, true],
    [{ ipRanges: ["10.0.0.0/8"] }, undefined, false],
    [undefined, { product: "billing" }, true],
  ])("bound to %j, of one bound to %j: %s", (own, other, is) => {
    expect(checkReach(asKey(at("one", null, own)), at("other", null, other)).ok).toBe(is);
  });
});

describe("the permissions of a new key", () => {
  const [known, carriers] = [
    ["pick", "prune"],
    ["secret", "restricted"],
  ] as const;
  const dialect = {
    ...template,
    permissions: {
      known,
      carriers,
      defaults: { secret: ["pick"] },
      limits: { restricted: ["prune"] },
      manageKeys: null,
    },
  };
  const choose = (
    kind: "secret" | "restricted" | "publishable",
    wanted?: readonly string[],
    own: readonly string[] | null = null,
  ) => choosePermissions(dialect, kind, wanted, asKey(keyWith("parent", own)));

  test.each([
    ["secret", undefined, null, ["pick"]],
    ["secret", ["prune", "pick"], null, ["prune", "pick"]],
    ["secret", [], null, []],
    ["restricted", undefined, null, null],
    ["restricted", ["prune"], null, ["prune"]],
    ["publishable", undefined, null, null],
    ["secret", undefined, ["pick"], ["pick"]],
    ["restricted", undefined, ["pick", "prune"], null],
  ] as const)("of the kind %s, asked for as %j by one with %j, are %j", (kind, wanted, own, permissions) => {
    expect(choose(kind, wanted, own)).toEqual({ ok: true, value: permissions });
  });

  test.each([
    ["publishable", ["pick"], null, "BAD_REQUEST", "carries no list"],
    ["publishable", [], null, "BAD_REQUEST", "carries no list"],
    [
      "secret",
      ["plant", "pick", "dig"],
      null,
      "BAD_REQUEST",
      "cannot have plant, dig; it can have pick, prune",
    ],
    ["restricted", ["pick"], null, "BAD_REQUEST", "cannot have pick; it can have prune"],
    ["secret", ["pick", "prune"], ["pick"], "FORBIDDEN", "rights that it lacks: prune"],
    ["restricted", undefined, ["pick"], "FORBIDDEN", "rights that it lacks: prune"],
  ] as const)("of the kind %s are refused as %j to one with %j: %s", (kind, wanted, own, code, message) => {
    expect(choose(kind, wanted, own)).toMatchObject({
      ok: false,
      refusal: { code, message: expect.stringContaining(message) },
    });
  });

  test("are anything that its kind can have, for a token", () => {
    const token = { type: "token" } as Principal;
    expect(choosePermissions(dialect, "secret", ["pick", "prune"], token).ok).toBe(true);
    expect(choosePermissions(dialect, "restricted", undefined, token)).toEqual({ ok: true, value: null });
  });

  test("are refused without a list, where any word is one, with the remedy if there is one", () => {
    const open = {
      ...dialect,
      permissions: { ...dialect.permissions, known: null, defaults: {}, limits: {} },
    };
    const say = (kind: "secret" | "publishable") =>
      choosePermissions(open, kind, undefined, asKey(keyWith("parent", ["pick"])));
    expect(say("secret")).toMatchObject({
      refusal: { message: expect.stringMatching(/lacks; name its permissions$/) },
    });
    expect(say("publishable")).toMatchObject({ refusal: { message: expect.stringMatching(/lacks$/) } });
  });
});
