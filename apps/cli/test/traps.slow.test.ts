import { describeTrapPlaces } from "./trap-places.ts";
import { describeTraps } from "./traps.ts";

describeTraps();
describeTrapPlaces();
