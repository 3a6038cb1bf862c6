import fc from "fast-check";
import { makeRepository } from "@keywarden/testing";
import { expect, test } from "vitest";
import { checkWorlds } from "./model/check-worlds.ts";
import { compareLooks } from "./model/compare-looks.ts";
import { worlds } from "./model/world.ts";

// Ten thousand take five minutes without a process of git for each question: npm run model -- --worlds 10000
const runs = 200;

test(
  `in ${runs} generated worlds the App arrives at what a model says that sees each in order`,
  () => expect(checkWorlds(runs)).resolves.toBeNull(),
  // A world takes a third of a second, and several times as much on a busy machine.
  60_000 + runs * 4_000,
);

// Each is played twice, with git.
const compared = Math.ceil(runs / 4);

test(
  `in ${compared} generated worlds pushes that wait give the same looked at together or one after another`,
  async () => {
    using origin = await makeRepository({ bare: true });
    for (const world of fc.sample(worlds, { numRuns: compared, seed: 20_261_130 }))
      expect(await compareLooks(world, origin)).toEqual([]);
  },
  60_000 + compared * 8_000,
);
