import { describe } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { describeTrapPlaces } from "./trap-places.ts";
import { describeTraps } from "./traps.ts";

describe("through the hook that lets git prove what it can", () => {
  const program = builtProgram("cli");
  describeTraps(program);
  describeTrapPlaces(program);
});
