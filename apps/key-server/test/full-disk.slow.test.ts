import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeInventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { readyAddressOf, startProgram, type RunningProgram } from "@keywarden/testing/programs";
import { Secret } from "@keywarden/key-format";
import { expect, onTestFinished, test } from "vitest";

// A disk of its own needs a Linux that lets this user mount one.
const canMount =
  existsSync("/usr/bin/nsenter") && spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status === 0;
const input = { provider: "aforo", kind: "secret", environment: "production", owner: "ann" } as const;

/** A disk of 40 MiB that ends with the test. */
async function makeDisk() {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  const command = `mount -t tmpfs -o size=40m none "$0" && echo mounted && exec cat`;
  const holder = spawn("unshare", ["--map-root-user", "--mount", "sh", "-c", command, directory.path]);
  onTestFinished(() => void holder.stdin.end());
  await once(holder.stdout, "data");
  const seen = `/proc/${holder.pid}/root${directory.path}`;
  const filler = join(seen, "filler");
  return {
    start: async (): Promise<RunningProgram> => {
      const program = await startProgram({
        name: "keywarden-server",
        file: join(import.meta.dirname, "programs", "enter-mounts.ts"),
        args: ["--data", join(directory.path, "keys"), "--port", "0"],
        env: {
          ...process.env,
          KEYWARDEN_TEST_HOLDER: String(holder.pid),
          KEYWARDEN_TEST_FILE: builtProgram("key-server"),
        },
      });
      onTestFinished(async () => void (await program.stop("SIGKILL")));
      return program;
    },
    token: () => new Secret(readFileSync(join(seen, "keys", "bootstrap-token"), "utf8").trim()),
    fill: () => {
      for (const size of [2 ** 20, 4096]) {
        const append = () => appendFileSync(filler, Buffer.alloc(size));
        const untilFull = () => {
          for (;;) append();
        };
        expect(untilFull).toThrow("ENOSPC");
      }
    },
    makeRoom: () => rmSync(filler),
  };
}

test.skipIf(!canMount)(
  "on a full disk a server reads and verifies, refuses what it cannot store, and loses nothing that it said was stored",
  async () => {
    const disk = await makeDisk();
    let program = await disk.start();
    let url = readyAddressOf(program);
    const token = disk.token();
    const client = () => makeInventoryClient({ baseUrl: url, token, timeoutMs: 90_000 });
    const headers = { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" };
    const verify = async (key: Secret) => {
      const body = JSON.stringify({ key: key.reveal() });
      const answer = await fetch(`${url}/v1/keys/verify`, { method: "POST", headers, body });
      return [answer.status, ((await answer.json()) as { valid: boolean }).valid];
    };
    const ready = async () => {
      const answer = await fetch(`${url}/readyz`);
      return [answer.status, await answer.json()];
    };
    const stored = new Map<string, Secret>();
    const refused: unknown[] = [];
    const create = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1)
        try {
          const made = await client().create({ ...input, name: `key ${stored.size}` });
          if (made.secret !== null) stored.set(made.key.id, made.secret);
        } catch (error) {
          refused.push(error);
        }
    };
    await create(20);
    expect([stored.size, refused, (await ready())[0]]).toEqual([20, [], 200]);
    const [[id = "", known] = []] = stored;
    if (known === undefined) throw new Error("no key was made");

    disk.fill();
    // A few fit into what the log has already.
    await create(30);
    expect(refused.length).toBeGreaterThan(10);
    for (const error of refused) expect(error).toMatchObject({ code: "MANAGEMENT_UNAVAILABLE", status: 503 });
    await expect(client().revoke(id)).rejects.toMatchObject({ status: 503 });
    for (let at = 0; at < 30; at += 1) {
      expect(await verify(known)).toEqual([200, true]);
      expect((await fetch(`${url}/v1/keys?limit=5`, { headers })).status).toBe(200);
    }
    for (const secret of stored.values()) expect(await verify(secret)).toEqual([200, true]);
    await expect.poll(ready).toEqual([503, { status: "not-ready", storage: "failing", disk: "full" }]);

    await program.stop("SIGKILL");
    program = await disk.start();
    url = readyAddressOf(program);
    expect(await verify(known)).toEqual([200, true]);
    await program.stop("SIGKILL");
    disk.makeRoom();
    program = await disk.start();
    url = readyAddressOf(program);
    for (const secret of stored.values()) expect(await verify(secret)).toEqual([200, true]);
    expect(await (await fetch(`${url}/v1/audit/verify`, { headers })).json()).toMatchObject({ ok: true });
    const before = stored.size;
    await create(5);
    expect(stored.size).toBe(before + 5);

    disk.fill();
    await create(10);
    const held = stored.size;
    disk.makeRoom();
    await create(5);
    expect(stored.size).toBe(held + 5);
    expect(await program.stop()).toBe(0);
  },
);
