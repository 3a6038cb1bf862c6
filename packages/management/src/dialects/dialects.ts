import { meantOrKnown } from "@keywarden/key-format";
import { ManagementError } from "../client/management-error.ts";
import type { Dialect } from "./dialect.ts";
import { aero2Dialect } from "./aero2.ts";
import { aforoDialect } from "./aforo.ts";
import { auroraSolarDialect } from "./aurora-solar.ts";
import { azotteDialect } from "./azotte.ts";
import { exampleDialect } from "./example.ts";
import { standard } from "./standard.ts";

/** Every dialect by the name that a provider profile's `dialect` gives. */
export const dialects: Readonly<Record<string, Dialect>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, Dialect>,
    Object.fromEntries(
      [aforoDialect, aero2Dialect, exampleDialect, azotteDialect, auroraSolarDialect, standard].map(
        (dialect) => [dialect.id, dialect],
      ),
    ),
  ),
);

/** Finds a dialect by its name. @throws ManagementError MANAGEMENT_UNKNOWN_DIALECT, naming those that are known */
export function dialectOf(name: string): Dialect {
  const dialect = dialects[name];
  if (dialect !== undefined) return dialect;
  throw new ManagementError(
    "MANAGEMENT_UNKNOWN_DIALECT",
    `Unknown dialect ${JSON.stringify(name)}.${meantOrKnown(name, Object.keys(dialects), "dialects")}`,
  );
}
