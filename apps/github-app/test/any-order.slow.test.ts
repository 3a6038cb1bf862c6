import { expect, test } from "vitest";
import { checkWorlds } from "./model/check-worlds.ts";

// Ten thousand take five minutes without a process of git for each question: npm run model -- --worlds 10000
const runs = 200;

test(
  `in ${runs} generated worlds the App arrives at what a model says that sees each in order`,
  () => expect(checkWorlds(runs)).resolves.toBeNull(),
  // A world takes a third of a second, and several times as much on a busy machine.
  60_000 + runs * 4_000,
);
