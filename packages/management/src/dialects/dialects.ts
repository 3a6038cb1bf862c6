import type { Dialect } from "./dialect.ts";
import { aero2 } from "./aero2.ts";
import { aforo } from "./aforo.ts";
import { auroraSolar } from "./aurora-solar.ts";
import { azotte } from "./azotte.ts";
import { example } from "./example.ts";
import { standard } from "./standard.ts";

/** Every dialect by the name that a provider profile's `dialect` gives. */
export const dialects: Readonly<Record<string, Dialect>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, Dialect>, {
    [aforo.id]: aforo,
    [aero2.id]: aero2,
    [example.id]: example,
    [azotte.id]: azotte,
    [auroraSolar.id]: auroraSolar,
    [standard.id]: standard,
  }),
);
