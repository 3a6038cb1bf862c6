import { builtProgram } from "@keywarden/testing/built-program";
import { expect, test } from "vitest";
import { checkBuilt } from "./model/built/check-built.ts";
import { storagesUnderTest } from "./rig/storages.ts";

const program = builtProgram("github-app");
// Two hundred on each storage take half an hour: npm run model -- --built --worlds 200
const count = 8;

test.each(storagesUnderTest)(
  `in ${count} generated worlds the built App arrives at what the model says, killed all the while, on $storage`,
  async ({ start }) => {
    const database = await start();
    try {
      const { databaseUrl } = database;
      const { disagreements, deadLetters, violations } = await checkBuilt({
        program,
        databaseUrl,
        count,
        seed: 20_261_130,
      });
      expect({ disagreements, deadLetters, violations }).toEqual({
        disagreements: [],
        deadLetters: [],
        violations: [],
      });
    } finally {
      await database.stop();
    }
  },
);
