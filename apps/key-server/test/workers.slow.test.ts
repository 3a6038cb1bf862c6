import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeInventoryClient } from "@keywarden/management";
import { findPostgres, makeTemporaryDirectory, startPostgres } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer } from "@keywarden/testing/programs";
import { expect, onTestFinished, test } from "vitest";

const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";

test.skipIf(note !== "" || process.platform !== "linux")(
  `workers share one listener: no count is lost, limits hold, one that dies is replaced${note}`,
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    using place = makeTemporaryDirectory();
    const { program, url, token } = await startKeyServer({
      file: builtProgram("key-server"),
      directory: join(place.path, "data"),
      env: { ...process.env, DATABASE_URL: postgres.url, KEYWARDEN_WORKERS: "2" },
    });
    onTestFinished(async () => void (await program.stop()));
    const admin = makeInventoryClient({ baseUrl: url, token, timeoutMs: 90_000 });
    const limited = await admin.create({
      provider: "aforo",
      name: "limited",
      kind: "secret",
      environment: "production",
      restrictions: { rateLimits: [{ requests: 50, windowSeconds: 3600 }] },
    });
    // Each on a connection of its own, which the system gives to either worker.
    const verify = async (): Promise<boolean> => {
      const answer = await fetch(`${url}/v1/keys/verify`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          "content-type": "application/json",
          connection: "close",
        },
        body: JSON.stringify({ key: limited.secret.reveal() }),
      });
      return ((await answer.json()) as { readonly valid: boolean }).valid;
    };
    const verdicts: boolean[] = [];
    for (let round = 0; round < 20; round += 1)
      verdicts.push(...(await Promise.all(Array.from({ length: 10 }, verify))));
    expect(verdicts.filter(Boolean)).toHaveLength(50);

    const counted = async (): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return [...text.matchAll(/^keywarden_server_verifications_total\{.*\} (\d+)$/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    };
    // Whichever worker is asked.
    expect(new Set([await counted(), await counted(), await counted()])).toEqual(new Set([200]));
    await expect.poll(async () => (await admin.usage(limited.key.id)).requests, { interval: 1000 }).toBe(200);

    const workers = childrenOf(program.processId);
    expect(workers).toHaveLength(2);
    process.kill(workers[0] ?? 0, "SIGKILL");
    await expect.poll(() => program.log()).toContain("a worker ended; starting another one");
    await admin.revoke(limited.key.id);
    expect(await Promise.all(Array.from({ length: 10 }, verify))).not.toContain(true);
    await expect.poll(() => childrenOf(program.processId)).toHaveLength(2);
    expect(await program.stop()).toBe(0);
  },
);

/** The processes that another one started, by Linux's own list. */
function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
}
