import { describeTraps } from "./traps.ts";

describeTraps();
