import { builtProgram } from "@keywarden/testing/built-program";
import { expect, test } from "vitest";
import { flawless, killAndCount } from "./kills/kill-and-count.ts";
import { storagesUnderTest } from "./rig/storages.ts";

const program = builtProgram("github-app");
// Two hundred on each storage take half an hour: npm run kills
const kills = 12;

test.each(storagesUnderTest)(
  `killed ${kills} times on $storage, the App revokes every new key once, no old one, and reports each as it is`,
  async ({ start }) => {
    const database = await start();
    try {
      const { databaseUrl } = database;
      expect(await killAndCount({ program, databaseUrl, kills })).toEqual(flawless(kills));
    } finally {
      await database.stop();
    }
  },
  120_000 + kills * 20_000,
);
