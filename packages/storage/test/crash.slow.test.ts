import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { makeRandom, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  isLiveSecret,
  openExposureStorage,
  openKeyStorage,
  type KeyStorage,
  type StorageOptions,
} from "@keywarden/storage";
import { makePostgresPlace, postgresIsMissing } from "./stores.ts";
import { startProgram } from "./start-program.ts";

const kills = Number(process.env["SLOW"] ?? 0) > 0 ? 200 : 20;

interface Where {
  readonly keys: StorageOptions;
  readonly exposures: StorageOptions;
  readonly programArguments: (round: number) => readonly string[];
}

const clock = () => Date.now();

function inDirectory(): Where {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  const { path } = directory;
  return {
    keys: { path: join(path, "keys"), clock },
    exposures: { path: join(path, "exposures"), clock },
    programArguments: (round) => [path, String(round)],
  };
}

function inPostgres(): Where {
  const { databaseUrl } = makePostgresPlace();
  const options = { path: "", databaseUrl, clock };
  return {
    keys: options,
    exposures: options,
    programArguments: (round) => ["", String(round), databaseUrl],
  };
}

describe("a process that is killed in the middle of its writes", () => {
  const places = [
    { name: "SQLite", makeWhere: inDirectory },
    ...(postgresIsMissing ? [] : [{ name: "PostgreSQL", makeWhere: inPostgres }]),
  ];

  it.each(places)(
    "loses nothing that it acknowledged on $name, and leaves an audit that verifies",
    async ({ makeWhere }) => {
      const where = makeWhere();
      const random = makeRandom(11);
      const said: string[] = [];
      const start = (round: number) => startProgram("writer", ...where.programArguments(round));
      let next = start(0);
      for (let round = 0; round < kills; round += 1) {
        const program = next;
        // The one after is made ready meanwhile, so that a round takes less than a start does.
        next = start(round + 1);
        const [lineByte = 0, turnByte = 0] = random(2);
        program.tell("go");
        await program.said(2 + (lineByte % 60));
        await turns(turnByte);
        await program.kill();
        // Each round opens what the one before left behind.
        expect(program.lines[0]).toBe("open");
        const lines = program.lines.slice(1);
        said.push(...lines);
        await checkKeys(where.keys, lines);
        await checkJobs(where.exposures, lines);
      }
      await next.kill();
      await checkKeys(where.keys, said);
      await checkJobs(where.exposures, said);
      expect(said.length).toBeGreaterThan(kills);
    },
    1_200_000,
  );
});

/** Lets so many turns of the event loop pass, so that a kill comes anywhere within a write, not just after an answer. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

function idsSaid(said: readonly string[], word: string): readonly string[] {
  return said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

async function checkKeys(options: StorageOptions, said: readonly string[]): Promise<void> {
  const storage = await openKeyStorage(options);
  expect(await storage.audit.verify()).toMatchObject({ ok: true });
  const created = idsSaid(said, "created");
  for (const id of created) expect(await storage.keys.getKey(id)).toMatchObject({ id });
  for (const id of idsSaid(said, "rotated")) {
    const found = await storage.keys.findBySha256(sha256(`${id} rotated`));
    expect(found).toMatchObject({ secret: { keyId: id, generation: 2 } });
  }
  for (const id of idsSaid(said, "revoked"))
    expect(await storage.keys.getKey(id)).toMatchObject({ id, state: "revoked" });
  // The last one may have been killed in the middle of a change that nobody was told of.
  for (const id of [...created, ...unfinished(created)]) await checkWhole(storage, id);
  await storage.close();
}

/** A key is there with all that belongs to it, or not at all: one live secret, unless revoked, and an entry for each change. */
async function checkWhole({ keys, audit }: KeyStorage, id: string): Promise<void> {
  const key = await keys.getKey(id);
  const secrets = await keys.listSecrets(id);
  const entries = await audit.list({ subject: id });
  if (key === null) {
    expect([id, secrets.length, entries.length]).toEqual([id, 0, 0]);
    return;
  }
  const isRevoked = key.state === "revoked";
  expect([id, secrets.length]).toEqual([id, key.generation]);
  expect([id, entries.length]).toEqual([id, key.generation + (isRevoked ? 1 : 0)]);
  const live = secrets.map(({ state }) => state).filter(isLiveSecret);
  const hasGrace = key.generation === 2 && Number(id.split("-")[1]) % 3 === 0;
  const wanted = hasGrace ? ["active", "grace"] : ["active"];
  expect([id, ...live]).toEqual([id, ...(isRevoked ? [] : wanted)]);
}

function unfinished(created: readonly string[]): readonly string[] {
  const [round, index] = created.at(-1)?.split("-") ?? [];
  return round === undefined ? [] : [`${round}-${Number(index) + 1}`];
}

async function checkJobs(options: StorageOptions, said: readonly string[]): Promise<void> {
  const storage = await openExposureStorage(options);
  for (const id of idsSaid(said, "accepted")) {
    expect(await storage.deliveries.get(id)).toMatchObject({ guid: id, jobId: id });
    const job = await storage.jobs.get(id);
    const followUp = await storage.jobs.get(`${id} revoke`);
    // A follow-up exists exactly when its job is done: they are written together.
    expect([id, job?.state === "done"]).toEqual([id, followUp !== null]);
  }
  for (const id of idsSaid(said, "completed"))
    expect(await storage.jobs.get(id)).toMatchObject({ id, state: "done" });
  await storage.close();
}
