import fc from "fast-check";
import { expect, test } from "vitest";
import { addAccepted } from "../src/add-accepted.ts";
import { readJsonDocument } from "../src/json-document.ts";

const entry = { key: "key_1", rule: "dormant", reason: "waits for a move", expires: "2027-01-31" };
const kept = { rule: "no-owner", reason: "is asked for" };

const rest = fc.record(
  {
    exclude: fc.constantFrom([], ["a/**"]),
    hygiene: fc.record(
      { dueBeforeDays: fc.integer({ min: 1, max: 9 }), accept: fc.constantFrom([], [kept], [kept, kept]) },
      { requiredKeys: [] },
    ),
    policy: fc.constant({ secret: "warn" }),
  },
  { requiredKeys: [] },
);

test("a keywarden.json accepts one finding more, and says all that it said", () => {
  fc.assert(
    fc.property(rest, fc.constantFrom(0, 2), fc.constantFrom("", "\uFEFF"), (before, indent, mark) => {
      const comment = "// {[ stays\n";
      const source = `${mark}${comment}${JSON.stringify(before, null, indent)}\n${comment}`;
      const text = addAccepted(source, entry);
      expect(text.split(comment)).toHaveLength(3);
      const accept = [entry, ...(before.hygiene?.accept ?? [])];
      expect(readJsonDocument(text).value).toEqual({
        ...before,
        hygiene: { ...before.hygiene, accept },
      });
    }),
  );
});

test("a file that is not there yet is made, and one that is not understood is refused", () => {
  expect(JSON.parse(addAccepted(null, entry))).toEqual({ hygiene: { accept: [entry] } });
  expect(() => addAccepted("[]", entry)).toThrow(/keywarden\.json:1:1/);
  expect(() => addAccepted("{}", { ...entry, reason: "-" })).toThrow(/a reason of 2 to 200 characters/);
});
