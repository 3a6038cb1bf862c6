import { expect, test } from "vitest";
import { checkWorlds } from "./model/check-worlds.ts";

// Ten thousand take an hour and a half: KEYWARDEN_MODEL_RUNS=10000 npm run test:slow -- apps/github-app/test/any-order
const runs = Number(process.env["KEYWARDEN_MODEL_RUNS"] ?? 200);

test(
  `in ${runs} generated worlds the App arrives at what a model says that sees each in order`,
  () => expect(checkWorlds(runs)).resolves.toBeUndefined(),
  // A world takes about half a second, and as much again on a busy machine.
  60_000 + runs * 4_000,
);
