import type { ManagedProvider } from "../profile.ts";
import { aero2 } from "./aero2.ts";
import { aforo } from "./aforo.ts";
import { auroraSolar } from "./aurora-solar.ts";
import { azotte } from "./azotte.ts";
import { example } from "./example.ts";

/** The five providers whose documents Keywarden was built from. */
export const builtInProviders: readonly ManagedProvider[] = [aforo, aero2, example, azotte, auroraSolar];
