import { join } from "node:path";
import { makeRandom, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLive, openExposureStorage, openKeyStorage } from "@keywarden/storage";
import { startProgram } from "./start-program.ts";

const rounds = Number(process.env["SLOW"] ?? 0) > 0 ? 40 : 6;

describe("a process that is killed in the middle of its writes", () => {
  it("loses nothing that it acknowledged, and leaves an audit that verifies", async () => {
    const directory = makeTemporaryDirectory();
    onTestFinished(() => directory.remove());
    const random = makeRandom(11);
    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const program = startProgram("writer", directory.path, String(round));
      const [byte = 0] = random(1);
      await program.said(2 + (byte % 60));
      await program.kill();
      // Each round opens what the one before left behind.
      expect(program.lines[0]).toBe("open");
      const lines = program.lines.slice(1);
      said.push(...lines);
      await checkKeys(join(directory.path, "keys"), lines);
      await checkJobs(join(directory.path, "exposures"), lines);
    }
    await checkKeys(join(directory.path, "keys"), said);
    await checkJobs(join(directory.path, "exposures"), said);
    expect(said.length).toBeGreaterThan(rounds);
  }, 300_000);
});

function idsSaid(said: readonly string[], word: string): readonly string[] {
  return said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

async function checkKeys(path: string, said: readonly string[]): Promise<void> {
  const storage = await openKeyStorage({ path, clock: () => Date.now() });
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

async function checkJobs(path: string, said: readonly string[]): Promise<void> {
  const storage = await openExposureStorage({ path, clock: () => Date.now() });
  expect(await storage.jobs.counts()).toMatchObject({ running: 0 });
  for (const id of idsSaid(said, "accepted")) {
    expect(await storage.deliveries.get(id)).toMatchObject({ guid: id, jobId: id });
    const job = await storage.jobs.get(id);
    const followUp = await storage.jobs.get(`${id} revoke`);
    // A follow-up exists exactly when its job is done: they are written together.
    expect([id, job?.state]).toEqual([id, followUp === null ? "queued" : "done"]);
  }
  for (const id of idsSaid(said, "completed"))
    expect(await storage.jobs.get(id)).toMatchObject({ id, state: "done" });
  await storage.close();
}
