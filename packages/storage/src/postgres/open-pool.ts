import { createHash } from "node:crypto";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import type { PoolClient } from "pg";
import { StorageError } from "../storage-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { loadPg } from "./load-pg.ts";
import { translateError } from "./translate-error.ts";

export interface OpenedPool {
  readonly dialect: PostgresDialect;
  /** Waits for what is under way and closes every connection; doing it again is harmless. */
  readonly close: () => Promise<void>;
}

// The server plans a named statement once for each connection. Longer ones are imports, which differ in length.
const longestNamed = 4000;
const mostNamed = 200;
const TOO_MANY_CONNECTIONS = "53300";
const FREE_WITHIN_MS = 2000;
const TRY_EVERY_MS = 50;

/** Opens connections as they are needed, at most as many as the settings allow. */
export async function openPool(
  settings: ConnectionSettings,
  /** Throws where the database must not be used any more. */
  check: () => void = () => {},
): Promise<OpenedPool> {
  const { Pool, types } = await loadPg();
  // The pool forgets a connection that it gave up by itself, as where the URL has no password, and leaves it open.
  const sockets = new Set<Socket>();
  const stream = (): Socket => {
    const socket = new Socket();
    sockets.add(socket);
    return socket.once("close", () => sockets.delete(socket));
  };
  const pool = new Pool({ ...settings.pool, types, stream });
  // A connection that breaks is taken out of the pool, and whoever was using it hears of it from the next statement;
  // without listeners, on the pool for the idle ones, it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const doing = `use the database at ${settings.location}`;
  const nameOf = makeNames();
  let closing: Promise<void> | null = null;
  const adapted: PostgresPool = {
    options: {},
    async connect() {
      if (closing !== null)
        throw new StorageError("STORAGE_CLOSED", `cannot ${doing}: the storage is closed`);
      check();
      for (const startedMs = performance.now(); ;) {
        try {
          return adaptClient(await pool.connect(), doing, nameOf);
        } catch (error) {
          // The server gives no more connections, but one of those that there are may be free soon.
          const isOver = performance.now() - startedMs >= FREE_WITHIN_MS || pool.totalCount === 0;
          if (isOver || !(error instanceof Error && "code" in error && error.code === TOO_MANY_CONNECTIONS))
            throw translateError(error, doing);
        }
        await sleep(TRY_EVERY_MS);
      }
    },
    end: () => pool.end(),
  };
  return {
    dialect: new PostgresDialect({ pool: adapted }),
    close: () =>
      (closing ??= pool.end().then(() => {
        for (const socket of sockets) socket.destroy();
      })),
  };
}

function adaptClient(
  client: PoolClient,
  doing: string,
  nameOf: (sql: string) => string | undefined,
): PostgresPoolClient {
  const query = async (text: unknown, values: readonly unknown[] = []) => {
    // Kysely could also pass a cursor, to stream; nothing here does.
    if (typeof text !== "string") throw new TypeError("only statements are sent to the database");
    try {
      const name = nameOf(text);
      return await client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    } catch (error) {
      throw translateError(error, doing);
    }
  };
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy) => client.release(destroy),
  };
}

function makeNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= mostNamed || sql.length > longestNamed || !/^(select|insert|update) /.test(sql))
      return undefined;
    const name = `kw_${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`;
    names.set(sql, name);
    return name;
  };
}
