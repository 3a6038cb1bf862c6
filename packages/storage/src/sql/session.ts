import type { CompiledQuery, Kysely } from "kysely";
import type { PlaintextGuard } from "../plaintext-guard.ts";
import { makeCommitTogether } from "./commit-together.ts";
import type { Tables } from "./tables.ts";
import { tryStep } from "./try-step.ts";
import type { RateStore } from "../rates/rate-store.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { Timekeeper } from "../time/timekeeper.ts";

/** What every store works with: the database or a transaction of it, the time, and the guard. */
export interface Session {
  readonly db: Kysely<Tables>;
  readonly guard: PlaintextGuard;
  /** What this database does when several processes work in it at once. */
  readonly sharing: Sharing;
  /** Gives a query's first row; outside a transaction of what is committed, without waiting for one where it can. */
  readFirst<Row>(query: CompiledQuery<Row>): Row | undefined | Promise<Row | undefined>;
  /** The time for a read; at most once a second it is written down, so that a restart cannot go behind it. */
  readNow(): Promise<number>;
  /** Inside a transaction: the one moment at which all of it happens. */
  now(): number;
  /** Does all of the work or none of it, durable at once unless told otherwise; inside a transaction it becomes a part of that one. */
  mutate<T>(work: (session: Session) => Promise<T>, durability?: Durability): Promise<T>;
  /** Called after entries were added to the audit here and, where processes share the database, elsewhere. */
  readonly appended: Set<() => void>;
  /** Runs once the work is durable; not at all when it is undone. */
  afterCommit(run: () => void): void;
}

/**
 * `at-once`: a commit waits for the disk. `in-bulk`: the same, with memory for the pages of thousands of rows. `soon`: it
 * outlives the process at once, and a power cut after the next commit that waits for the disk; for what is lost with the
 * process's memory anyway, such as counts.
 */
export type Durability = "at-once" | "in-bulk" | "soon";

export interface Sharing {
  /** Whether transactions run side by side, so that what is read for a change has to be locked. */
  readonly locksRows: boolean;
  /** Whether works that wait for their turn may share a commit: all of them are this process's. */
  readonly commitsTogether: boolean;
  /** Runs work in a transaction of the database's own. */
  readonly transact: <T>(
    db: Kysely<Tables>,
    durability: Durability,
    work: (transaction: Kysely<Tables>) => Promise<T>,
  ) => Promise<T>;
  /** Lets this process's own transactions take turns, so that only those of others run beside one. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells the other processes, once the transaction is durable, that there is work. */
  readonly announceWork: (transaction: Kysely<Tables>) => Promise<void>;
  /**
   * Tells the other processes, once the transaction is durable, that the audit has more entries: about a key, or `null`
   * where they are about several or none.
   */
  readonly announceAppended: (transaction: Kysely<Tables>, subject: string | null) => Promise<void>;
  /** What other processes change. */
  readonly feed: ChangeFeed;
  /** Counts that other processes take from, too; `null` where there are none. */
  readonly rates: (session: Session) => RateStore | null;
  /** Whether the database undid a transaction only because of another one, so that it can simply be done again. */
  readonly isCollision: (error: unknown) => boolean;
}

const mostAttempts = 10;

export function makeSession(options: {
  readonly db: Kysely<Tables>;
  readonly guard: PlaintextGuard;
  readonly time: Timekeeper;
  readonly sharing: Sharing;
  readonly reader?: Pick<Session, "readFirst"> | null;
  readonly appended?: Set<() => void>;
}): Session {
  const { db, guard, time, sharing, reader, appended = new Set() } = options;
  const commitTogether = makeCommitTogether((step) => sharing.transact(db, "at-once", step));
  const attempt = async <T>(work: (session: Session) => Promise<T>, durability: Durability): Promise<T> => {
    const afterwards: (() => void)[] = [];
    const step = async (transaction: Kysely<Tables>): Promise<T> => {
      // Done again, it begins with nothing to do afterwards.
      afterwards.length = 0;
      const nowMs = await time.begin(transaction);
      return work(joinTransaction(transaction, { guard, sharing, nowMs, afterwards, appended }));
    };
    const isJoint = sharing.commitsTogether && durability === "at-once";
    const result = await (isJoint ? commitTogether(step) : sharing.transact(db, durability, step));
    for (const run of afterwards) run();
    return result;
  };
  return {
    db,
    guard,
    sharing,
    appended,
    readFirst: (query) => (reader ?? asking(db)).readFirst(query),
    now: () => time.now(),
    readNow: () => time.readNow(),
    mutate: (work, durability = "at-once") =>
      sharing.inTurn(async () => {
        for (let attempts = 1; ; attempts += 1) {
          try {
            return await attempt(work, durability);
          } catch (error) {
            if (attempts === mostAttempts || !sharing.isCollision(error)) throw error;
          }
        }
      }),
    afterCommit: (run) => run(),
  };
}

function asking(db: Kysely<Tables>): Pick<Session, "readFirst"> {
  return { readFirst: async (query) => (await db.executeQuery(query)).rows[0] };
}

/** Makes the session of a transaction that has begun. */
export function joinTransaction(
  db: Kysely<Tables>,
  shared: {
    readonly guard: PlaintextGuard;
    readonly sharing: Sharing;
    readonly nowMs: number;
    readonly afterwards: (() => void)[];
    readonly appended: Set<() => void>;
  },
): Session {
  const { guard, sharing, nowMs, afterwards, appended } = shared;
  const session: Session = {
    db,
    guard,
    sharing,
    appended,
    ...asking(db),
    now: () => nowMs,
    readNow: () => Promise.resolve(nowMs),
    // A step that fails takes back its own writes only, so a caller that catches the error commits no half step.
    async mutate(work) {
      const before = afterwards.length;
      const outcome = await tryStep(db, () => work(session));
      if ("value" in outcome) return outcome.value;
      afterwards.length = before;
      throw outcome.reason;
    },
    afterCommit: (run) => void afterwards.push(run),
  };
  return session;
}
