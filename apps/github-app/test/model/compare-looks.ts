import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeTemporaryDirectory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { play } from "./play.ts";
import type { PlayOptions } from "./play.ts";
import type { World } from "./world.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * Plays a world in which all pushes wait at once, and gives what differs between what is stored in the end where they were looked at
 * together and where one after another: findings, decisions, reports with their accounts, and the facts that all follow from.
 */
export async function compareLooks(world: World, origin: TestRepository): Promise<readonly string[]> {
  // Everything is heard of at the end, and then waits. A kill after some steps of work would hit different work in each.
  const waiting: World = { ...world, actions: [], deaths: [] };
  const oneByOne = await storedAfter(waiting, origin, { looks: "one-by-one" });
  // What has just arrived is listed without git, and the same has to come of it.
  const others = [
    await storedAfter(waiting, origin, { looks: "together", notesArrivals: true }),
    await storedAfter(waiting, origin, { looks: "one-by-one", notesArrivals: true }),
    await storedAfter(waiting, origin, { looks: "together" }),
  ];
  const differing = (one: readonly string[], other: readonly string[], mark: string): readonly string[] =>
    one.filter((row) => !other.includes(row)).map((row) => `${mark} ${row}`);
  return others.flatMap((other) => [...differing(oneByOne, other, "-"), ...differing(other, oneByOne, "+")]);
}

/** All rows of all tables but those of the queue itself, without names that are new each time and what is digested from them. */
async function storedAfter(
  world: World,
  origin: TestRepository,
  how: Pick<PlayOptions, "looks" | "notesArrivals">,
): Promise<readonly string[]> {
  using directory = makeTemporaryDirectory();
  const path = join(directory.path, "data");
  await play(world, origin, { ...how, path });
  const database = new DatabaseSync(join(path, "exposures.db"), { readOnly: true });
  try {
    const tables = database
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
      )
      .all()
      .map(({ name }) => String(name));
    return tables
      .filter((name) => !["jobs", "high_water", "audit_anchor"].includes(name))
      .flatMap((table) =>
        database
          .prepare(`select * from ${table}`)
          .all()
          .filter((row, index, rows) => !isJudgedAgain(row, rows.slice(index + 1)))
          .map((row) => {
            const kept = Object.entries(row).filter(([column]) => !ofTheTurns.has(`${table}.${column}`));
            return `${table} ${JSON.stringify(Object.fromEntries(kept)).replaceAll(uuid, "<uuid>")}`;
          }),
      );
  } finally {
    database.close();
  }
}

/** Whether an exposure was judged once more later: between two looks it may be taken for history, which one look never says. */
function isJudgedAgain(row: Row, later: readonly Row[]): boolean {
  return row["action"] === "exposure.judged" && later.some((one) => isSameExposure(one, row));
}

const isSameExposure = (one: Row, other: Row): boolean =>
  one["action"] === other["action"] && exposureOf(one) === exposureOf(other);

const exposureOf = ({ details }: Row): unknown => {
  const told: unknown = JSON.parse(String(details));
  return typeof told === "object" && told !== null && "exposure" in told ? told.exposure : null;
};

/** What follows from the order of work that has nothing to do with each other, and from how often a report is brought up to date. */
const ofTheTurns = new Set([
  "audit_entries.sequence",
  "audit_entries.hash",
  "audit_entries.previous_hash",
  "commit_reports.version",
  "commit_reports.published_version",
  "deliveries.payload_sha256",
]);

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu;
