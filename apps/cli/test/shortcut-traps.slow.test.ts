import { describe } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { describeTrapLocations } from "./trap-locations.ts";
import { describeTraps } from "./traps.ts";

describe("through the hook that lets git prove what it can", () => {
  const program = builtProgram("cli");
  describeTraps(program);
  describeTrapLocations(program);
});
