import { sql } from "kysely";
import { afterEach, describe, expect, test, vi } from "vitest";
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

  const note = (session: Session, name: string): Promise<unknown> =>
    sql`insert into notes (name) values (${name})`.execute(session.db);
  const openWithNotes = async (): Promise<Session> => {
    const session = await open();
    await sql`create table notes (name text)`.execute(session.db);
    return session;
  };
  const names = async ({ db }: Session): Promise<readonly string[]> => {
    const { rows } = await sql<{ name: string }>`select name from notes order by name`.execute(db);
    return rows.map(({ name }) => name);
  };

  test("is done wholly or not at all beside others that wait for their turn", async () => {
    const session = await openWithNotes();
    const answers = await Promise.allSettled(
      ["a", "b", "c", "d"].map((name) =>
        session.mutate(async (step) => {
          await note(step, name);
          if (name === "c") throw new Error("not c");
          return name;
        }),
      ),
    );
    expect(answers.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([
      "a",
      "b",
      "Error: not c",
      "d",
    ]);
    expect(await names(session)).toEqual(["a", "b", "d"]);
  });

  test.runIf(adapter === "SQLite")("waits for the disk together with others that wait", async () => {
    const session = await openWithNotes();
    const transact = vi.spyOn(session.sharing, "transact");
    const all = Array.from("abcdefgh", (name) => session.mutate((step) => note(step, name)));
    await Promise.all(all);
    // Those that come before the disk is asked to wait share one commit, the first as well.
    expect(transact).toHaveBeenCalledTimes(1);
    transact.mockRestore();
    expect(await names(session)).toHaveLength(8);
  });

  test.runIf(adapter === "SQLite")(
    "is done alone where another one ends the transaction of both",
    async () => {
      const session = await openWithNotes();
      // As SQLite does by itself when the disk is full.
      const ends = async (step: Session): Promise<never> => {
        await sql`rollback`.execute(step.db);
        throw new Error("given up");
      };
      const works = [note, (step: Session) => note(step, "b"), ends, (step: Session) => note(step, "d")];
      const answers = await Promise.allSettled(
        works.map((work) => session.mutate((step) => work(step, "a"))),
      );
      expect(answers.map(({ status }) => status)).toEqual([
        "fulfilled",
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
      expect(await names(session)).toEqual(["a", "b", "d"]);
    },
  );

  test.runIf(adapter === "SQLite")("is answered with the failure of the commit that it shares", async () => {
    const session = await openWithNotes();
    const transact = vi.spyOn(session.sharing, "transact").mockImplementation(async (db, _, work) => {
      await db.connection().execute(work);
      throw new Error("the disk is gone");
    });
    const answers = await Promise.allSettled(
      ["a", "b", "c"].map((name) => session.mutate((one) => note(one, name))),
    );
    transact.mockRestore();
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  });
});
