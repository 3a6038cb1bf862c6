import { join } from "node:path";
import { makeRandom, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLive, openExposureStorage, openKeyStorage, type StorageOptions } from "@keywarden/storage";
import { makePostgresPlace, postgresIsMissing } from "./places.ts";
import { startProgram } from "./start-program.ts";

const rounds = Number(process.env["SLOW"] ?? 0) > 0 ? 40 : 6;

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
      for (let round = 0; round < rounds; round += 1) {
        const program = startProgram("writer", ...where.programArguments(round));
        const [byte = 0] = random(1);
        await program.said(2 + (byte % 60));
        await program.kill();
        // Each round opens what the one before left behind.
        expect(program.lines[0]).toBe("open");
        const lines = program.lines.slice(1);
        said.push(...lines);
        await checkKeys(where.keys, lines);
        await checkJobs(where.exposures, lines);
      }
      await checkKeys(where.keys, said);
      await checkJobs(where.exposures, said);
      expect(said.length).toBeGreaterThan(rounds);
    },
    300_000,
  );
});

function idsSaid(said: readonly string[], word: string): readonly string[] {
  return said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

async function checkKeys(options: StorageOptions, said: readonly string[]): Promise<void> {
  const storage = await openKeyStorage(options);
  const verified = await storage.audit.verify();
  expect(verified).toMatchObject({ ok: true });
  const { sequence } = await storage.audit.head();
  const mutations = ["created", "rotated", "revoked"].flatMap((word) => idsSaid(said, word));
  expect(sequence).toBeGreaterThanOrEqual(mutations.length);
  for (const id of idsSaid(said, "created")) expect(await storage.keys.getKey(id)).toMatchObject({ id });
  for (const id of idsSaid(said, "rotated")) {
    const found = await storage.keys.findBySha256(sha256(`${id} rotated`));
    expect(found).toMatchObject({ secret: { keyId: id, generation: 2 } });
    const live = (await storage.keys.listSecrets(id)).filter((secret) => isLive(secret.state));
    expect(live.length).toBeLessThanOrEqual(1);
  }
  for (const id of idsSaid(said, "revoked"))
    expect(await storage.keys.getKey(id)).toMatchObject({ id, state: "revoked" });
  await storage.close();
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
