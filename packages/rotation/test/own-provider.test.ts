import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import { makeKey, makeOwnProvider } from "@keywarden/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitise } from "../src/sinks/run-process.ts";
import { makeRig } from "./rig.ts";

const own = makeOwnProvider({ dialect: "standard", rotation: { graceSeconds: 60 } });
const seed = fc.integer({ min: 1, max: 1e6 });
const keyOf = (number: number): string =>
  makeKey(own, { kind: "secret", environment: "production" }, number).reveal();

test("no key of a user's own provider reaches the journal or the result, whatever a sink complains of", async () => {
  const words = fc.array(fc.stringMatching(/^[ -~]{0,40}$/), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(words, seed, words, async (before, number, after) => {
      const key = keyOf(number);
      using rig = await makeRig(own);
      await rig.start();
      rig.sink.complaint = [...before, key, ...after].join(" ");
      const result = await rig.run();
      const files = readdirSync(rig.state, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
      expect(result).toMatchObject({ outcome: "stopped" });
      expect(files.join("\n")).toContain("SINK_REFUSED");
      expect([...files, JSON.stringify(result)].some((text) => text.includes(key))).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ["a built-in provider's", makeKey(aforo, { kind: "secret", environment: "production" }, 7).reveal()],
  ["an own provider's", keyOf(7)],
])("where a complaint is cut, no part of %s key is left without its prefix", (_, key) => {
  const secretPart = key.slice(-20);
  for (let padding = 240; padding < 320; padding += 1) {
    const shown = sanitise(`${key} ${"x".repeat(padding)}`, []);
    expect(shown.includes(secretPart) && !shown.includes(key)).toBe(false);
  }
});
