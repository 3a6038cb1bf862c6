import { expect, test } from "vitest";
import { checkWorlds } from "./model/check-worlds.ts";

test("what is revoked and reported follows from what was pushed, whatever is lost, late, repeated or cut off", () =>
  expect(checkWorlds(5)).resolves.toBeUndefined());
