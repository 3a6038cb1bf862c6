import { describeTrapLocations } from "./trap-locations.ts";
import { describeTraps } from "./traps.ts";

describeTraps();
describeTrapLocations();
