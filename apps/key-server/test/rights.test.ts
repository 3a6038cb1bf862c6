import { dialects } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Principal } from "../src/auth/principal.ts";
import { checkReach } from "../src/restrictions/check-reach.ts";
import { choosePermissions } from "../src/restrictions/choose-permissions.ts";

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
      { numRuns: 500 },
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
