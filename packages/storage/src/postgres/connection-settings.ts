import type { PoolConfig } from "pg";
import { meantOrKnown } from "@keywarden/key-format";
import { StorageError } from "../storage-error.ts";

/** What a database's URL asks for. */
export interface ConnectionSettings {
  readonly pool: PoolConfig;
  /** The beginning of the names of the schemas. */
  readonly schema: string;
  /** Host, port and database: the URL without its password, for messages. */
  readonly location: string;
}

const defaultConnections = 10;
const secureModes = new Set(["require", "verify-ca", "verify-full"]);
const certificates = ["sslrootcert", "sslcert", "sslkey"];
/** What a URL may say. The driver would pass over anything else, and over a wish for TLS in other words with it. */
const parameters: readonly string[] =
  `schema pool_max sslmode ${certificates.join(" ")} host port user password options client_encoding channel_binding
  application_name fallback_application_name connect_timeout statement_timeout lock_timeout query_timeout
  idle_in_transaction_session_timeout`.split(/\s+/);

/**
 * Reads `postgres://user:password@host:port/database`. Beside the most used ones of libpq it takes `schema` (default
 * `keywarden`) and `pool_max`, the most connections at a time (1 to 100, default 10; one more listens for work).
 *
 * `sslmode` is `disable` (also when absent), `no-verify`, or `require`, `verify-ca` and `verify-full`, which all check the
 * server's certificate and name; `sslrootcert`, `sslcert` and `sslkey` name files.
 *
 * @throws StorageError STORAGE_BAD_VALUE, which never repeats the URL
 */
export function readConnectionSettings(databaseUrl: string): ConnectionSettings {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw bad("it must look like postgres://user:password@host:5432/database");
  const unknown = [...url.searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown === "ssl") throw bad("its ssl is not libpq's; write sslmode=verify-full");
  if (unknown !== undefined)
    throw bad(`it has no parameter ${unknown}.${meantOrKnown(unknown, parameters, "parameters")}`);
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  };
  const schema = take("schema") ?? "keywarden";
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema))
    throw bad("its schema must be lower-case letters, digits and _, at most 41");
  const max = Number(take("pool_max") ?? defaultConnections);
  if (!Number.isInteger(max) || max < 1 || max > 100)
    throw bad("its pool_max must be a number from 1 to 100");
  const mode = url.searchParams.get("sslmode") ?? "disable";
  // Falling back to clear text whenever somebody in between asks for it would be no protection.
  if (mode === "prefer" || mode === "allow")
    throw bad(`sslmode=${mode} does not protect; choose verify-full, no-verify or disable`);
  if (mode !== "disable" && mode !== "no-verify" && !secureModes.has(mode))
    throw bad("its sslmode must be verify-full, no-verify or disable");
  const certificate = certificates.find((name) => url.searchParams.has(name));
  if (mode === "disable" && certificate !== undefined)
    throw bad(`it names ${certificate}, and without sslmode=verify-full nothing is encrypted`);
  // Wherever certificates are checked, it adds nothing; libpq's URLs of some services ask for it.
  take("channel_binding");
  const timeout = Number(take("connect_timeout") ?? 10);
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > 600)
    throw bad("its connect_timeout must be a number of seconds from 1 to 600");
  url.searchParams.set("sslmode", secureModes.has(mode) ? "verify-full" : mode);
  return {
    pool: {
      connectionString: url.href,
      max,
      connectionTimeoutMillis: timeout * 1000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: "keywarden",
      statement_timeout: 120_000,
      lock_timeout: 10_000,
      // A process that froze in the middle of a transaction must not keep all others waiting.
      idle_in_transaction_session_timeout: 30_000,
    },
    schema,
    location: `${url.host === "" ? (url.searchParams.get("host") ?? "localhost") : url.host}${url.pathname}`,
  };
}

function bad(why: string): StorageError {
  return new StorageError("STORAGE_BAD_VALUE", `cannot use the database URL: ${why}`);
}
