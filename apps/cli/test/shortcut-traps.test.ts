import { makeTemporaryDirectory } from "@keywarden/testing";
import { afterAll, describe } from "vitest";
import { buildProgram } from "./built-program.ts";
import { describeTrapPlaces } from "./trap-places.ts";
import { describeTraps } from "./traps.ts";

const place = makeTemporaryDirectory();
afterAll(() => place.remove());

describe("through the hook that lets git prove what it can", () => {
  const program = buildProgram(place.path);
  describeTraps(program);
  describeTrapPlaces(program);
});
