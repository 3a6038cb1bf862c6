import { providersOf } from "@keywarden/key-format";
import { makeManagedKey } from "@keywarden/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { answerSchemas } from "../src/client/answer-schemas.ts";
import { quickAnswers } from "../src/client/quick-answers.ts";
import { arbitraryKey } from "./arbitrary-key.ts";

const names = ["keyPage", "changePage", "identity"] as const;

const metadata = { team: "payments", rank: 1, isOld: false };
const restrictions = {
  ipRanges: ["10.0.0.0/8", "::1"],
  referrers: ["https://app.example.com"],
  endpoints: ["GET /v1/users/*", "* /"],
  rateLimits: [{ requests: 10, windowSeconds: 60 }],
  product: "billing",
  tenant: "acme",
  projectTags: ["eu", "pci"],
};
const change = {
  sequence: 7,
  at: "2026-11-28T10:00:00.000Z",
  kind: "key",
  id: "key-1",
  action: "key.rotated",
  actor: "ann",
  keyId: "key-1",
  provider: "aforo",
};
const answers = (keys: readonly unknown[]) => ({
  keyPage: { keys, nextCursor: "next", total: 2 },
  changePage: { changes: [change], keys, nextAfter: 7, mark: "0123456789abcdef", hasMore: false },
  identity: { principal: "ann", role: "operator" },
});

// What stands in the place of a member: each is right somewhere and wrong elsewhere.
const odd = fc.constantFrom<unknown>(
  null,
  "",
  "text",
  0,
  -1,
  1.5,
  2 ** 60,
  true,
  [],
  ["tag"],
  [1],
  ["10.0.0.0/33"],
  ["010.1.2.3"],
  ["https://app.example.com/path"],
  ["GET users"],
  ["two words"],
  ["x".repeat(301)],
  Array(101).fill("tag"),
  [{ requests: 0, windowSeconds: 60 }],
  [{ requests: 1, windowSeconds: 86_401 }],
  { tenant: "acme", more: 1 },
  { tenant: "a b" },
  {},
  { until: "2026-11-28T10:00:00.000Z", remainingSeconds: 1 },
  { until: "2026-11-28T10:00:00.000Z", remainingSeconds: -1 },
  { until: "2026-11-28T10:00:00.000Z", remainingSeconds: 1, more: 1 },
  { "no name": 1 },
  { name: "x".repeat(501) },
  { name: ["list"] },
  "2026-02-30T10:00:00.000Z",
  "2026-02-29T10:00:00.000Z",
  "2026-12-31T23:59:59.999Z",
  "2026-04-31T00:00:00.000Z",
  "2026-11-28T24:00:00.000Z",
  "2026-11-28T10:00:60.000Z",
  "2026-11-28T10:00:00Z",
  "2026-11-28 10:00:00.000Z",
  "2026-11-28T10:00:00.000+01:00",
);

/** Every object and list in a value, itself among them. */
function placesIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(placesIn)];
}

it("reads an answer as its schema does, or leaves it to the schema, whatever is wrong with it", () => {
  const key = fc.constantFrom(...providersOf([]).managedProviders).chain(arbitraryKey);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.tuple(key, fc.subarray([{ metadata }, { restrictions }])), { maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.option(odd), fc.constantFrom("put", "drop", "add")), {
        maxLength: 2,
      }),
      (name, keys, faults) => {
        const whole = keys.map(([one, more]) => Object.assign({}, one, ...more) as unknown);
        const body: unknown = structuredClone(answers(whole)[name]);
        for (const [place, member, value, what] of faults) {
          const places = placesIn(body);
          const at = places[place % places.length] ?? {};
          const all = Object.keys(at);
          const chosen = what === "add" || all.length === 0 ? "more" : (all[member % all.length] ?? "more");
          if (what === "drop") delete at[chosen];
          else at[chosen] = structuredClone(value);
        }
        const told = JSON.parse(JSON.stringify(body)) as unknown;
        const quick = quickAnswers[name](told);
        const read = answerSchemas[name].safeParse(told);
        // Of an answer as the server writes it nothing is left to the schema.
        expect(quick ?? (faults.length === 0 ? "left" : read.data)).toEqual(read.data);
      },
    ),
    { numRuns: 2000 },
  );
});

it("reads a key that is bound to something without the schema", () => {
  expect(quickAnswers.keyPage(answers([{ ...makeManagedKey(), restrictions }]).keyPage)).not.toBeNull();
  const odd = { ...restrictions, ipRanges: ["10.0.0.0/33"] };
  expect(quickAnswers.keyPage(answers([{ ...makeManagedKey(), restrictions: odd }]).keyPage)).toBeNull();
});
