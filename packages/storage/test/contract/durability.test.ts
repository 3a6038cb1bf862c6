import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { openSession } from "../../src/open-session.ts";
import type { OpenedSession } from "../../src/sql/opened-session.ts";
import { keySchema } from "../../src/schema/schema-definition.ts";
import type { Session } from "../../src/sql/session.ts";
import { adapters } from "../stores.ts";

// What each database calls a commit that waits for the disk, and one that does not.
const words = {
  SQLite: { setting: "pragma synchronous", waits: "2", goesOn: "1" },
  PostgreSQL: { setting: "show synchronous_commit", waits: "on", goesOn: "off" },
} as const;

describe.each(adapters)("a change in $adapter", ({ adapter, makePlace }) => {
  const { setting, waits, goesOn } = words[adapter === "SQLite" ? "SQLite" : "PostgreSQL"];
  let opened: OpenedSession | null = null;
  afterEach(() => opened?.close());

  const open = async (): Promise<Session> => {
    opened = await openSession(makePlace().options, keySchema);
    return opened.session;
  };
  const read = async ({ db }: Session): Promise<string> => {
    const { rows } = await sql<{
      synchronous?: number;
      synchronous_commit?: string;
    }>`${sql.raw(setting)}`.execute(db);
    return String(rows[0]?.synchronous ?? rows[0]?.synchronous_commit);
  };

  test("waits for the disk unless it says that soon is enough", async () => {
    const session = await open();
    expect(await session.mutate(read)).toBe(waits);
    expect(await session.mutate(read, "soon")).toBe(goesOn);
    expect(await session.mutate(read)).toBe(waits);
  });

  test("waits for the disk also after one for which soon was enough has failed", async () => {
    const session = await open();
    const failing = session.mutate(() => Promise.reject(new Error("no")), "soon");
    await expect(failing).rejects.toThrow("no");
    expect(await session.mutate(read)).toBe(waits);
  });

  test("is as durable as the transaction that it is a part of", async () => {
    const session = await open();
    expect(await session.mutate((outer) => outer.mutate(read, "soon"))).toBe(waits);
  });
});
