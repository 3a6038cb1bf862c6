import type { Secret } from "@keywarden/key-format";
import { makeInventoryClient, makeSealingKey, type ManagedKey } from "@keywarden/management";
import { findPostgres, makeTemporaryDirectory, sha256, startPostgres } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { describe, expect, onTestFinished, test } from "vitest";

const file = builtProgram("key-server");
const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";
const rounds = Number(process.env["SLOW"] ?? 0) > 0 ? 20 : 3;
const sealing = makeSealingKey(new Uint8Array(32).fill(7));
const input = { provider: "aforo", kind: "secret", environment: "production" } as const;

interface Place {
  readonly start: () => Promise<KeyServerProgram>;
}

async function makePlace(isShared: boolean): Promise<Place> {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  const postgres = isShared ? await startPostgres() : null;
  if (postgres !== null) onTestFinished(() => postgres.stop());
  const env = postgres === null ? process.env : { ...process.env, DATABASE_URL: postgres.url };
  return {
    start: async () => {
      const server = await startKeyServer({ file, directory: directory.path, env });
      onTestFinished(async () => void (await server.program.stop()));
      return server;
    },
  };
}

const clientOf = ({ url, token }: KeyServerProgram) =>
  makeInventoryClient({ baseUrl: url, token, timeoutMs: 90_000 });

/** Whether a key opens Aforo's door now. */
async function works({ url }: KeyServerProgram, secret: Secret): Promise<boolean> {
  const headers = { authorization: `Bearer ${secret.reveal()}` };
  return (await fetch(`${url}/aforo/v1/entitlements/cust_1`, { headers })).ok;
}

const rotate = (server: KeyServerProgram, id: string, word: string) =>
  clientOf(server).rotate(id, { expectedGeneration: 1, idempotencyKey: word, sealTo: sealing });

const databases = [
  { database: "SQLite", isShared: false, skipped: "" },
  { database: "PostgreSQL", isShared: true, skipped: note },
];

describe.each(databases)("a server on $database that is killed while it rotates and creates", (place) => {
  test.skipIf(place.skipped !== "")(
    `does each request once, and gives its answer to who asks again${place.skipped}`,
    async () => {
      const { start } = await makePlace(place.isShared);
      for (let round = 0; round < rounds; round += 1) {
        const server = await start();
        const made = await Promise.all(
          Array.from({ length: 6 }, (_, index) =>
            clientOf(server).create({ ...input, name: `old ${index}` }),
          ),
        );
        const words = made.map((_, index) => `round ${round} of ${index}`.replaceAll(" ", "-"));
        const create = (one: KeyServerProgram, word: string) =>
          clientOf(one).create({ ...input, name: word }, { idempotencyKey: word, sealTo: sealing });

        // The server dies after as many answers as rounds have gone by, in the middle of the others.
        let answers = 0;
        const heard = new Map<string, string>();
        const killed = Promise.withResolvers<void>();
        const listen = async (word: string, asked: Promise<{ key: ManagedKey; secret: Secret }>) => {
          try {
            heard.set(word, (await asked).secret.reveal());
          } catch {
            return;
          }
          answers += 1;
          if (answers > round % 10) void server.program.stop("SIGKILL").then(() => killed.resolve());
        };
        const asked = words.flatMap((word, index) => [
          listen(`rotate ${word}`, rotate(server, made[index]?.key.id ?? "", word)),
          listen(`create ${word}`, create(server, word)),
        ]);
        await Promise.all(asked);
        await killed.promise;

        const again = await start();
        for (const [index, word] of words.entries()) {
          const id = made[index]?.key.id ?? "";
          const rotated = await rotate(again, id, word);
          const created = await create(again, word);
          expect(rotated.key).toMatchObject({ id, generation: 2, state: "active" });
          expect(created.key).toMatchObject({ name: word, generation: 1 });
          expect([await works(again, rotated.secret), await works(again, created.secret)]).toEqual([
            true,
            true,
          ]);
          const said = { [`rotate ${word}`]: rotated, [`create ${word}`]: created };
          for (const [what, { secret }] of Object.entries(said)) {
            expect([what, heard.get(what) ?? secret.reveal()]).toEqual([what, secret.reveal()]);
          }
        }
        const { keys } = await clientOf(again).list({ limit: 1000 });
        expect(keys.filter(({ name }) => name.startsWith(`round-${round}`))).toHaveLength(words.length);
        expect(await clientOf(again).verifyAudit()).toMatchObject({ ok: true });
        await again.program.stop("SIGKILL");
      }
    },
  );
});

describe("two servers on one PostgreSQL", () => {
  test.skipIf(note !== "")(
    `do a request once that reaches both, and give a tenant one standard key${note}`,
    async () => {
      const { start } = await makePlace(true);
      const servers = [await start(), await start()] as const;
      const each = <T>(ask: (server: KeyServerProgram) => Promise<T>) =>
        Promise.allSettled(Array.from({ length: 8 }, (_, index) => ask(servers[index % 2 === 0 ? 0 : 1])));

      const { key } = await clientOf(servers[0]).create({ ...input, name: "one" });
      const rotations = await each((server) => rotate(server, key.id, "the-word"));
      const secrets = rotations.flatMap((one) =>
        one.status === "fulfilled" ? [one.value.secret.reveal()] : [],
      );
      expect(new Set(secrets).size).toBe(1);
      expect(await clientOf(servers[1]).show(key.id)).toMatchObject({ generation: 2 });
      const again = await rotate(servers[1], key.id, "the-word");
      expect(sha256(again.secret.reveal())).toBe(sha256(secrets[0] ?? ""));

      const standard = {
        provider: "aurora-solar",
        kind: "secret",
        environment: "production",
        name: "s",
      } as const;
      for (const tenant of ["tenant_1", undefined]) {
        const restrictions = tenant === undefined ? undefined : { tenant };
        const tries = await each((server) => clientOf(server).create({ ...standard, restrictions }));
        expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const one of tries.filter((tried) => tried.status === "rejected")) {
          expect(one.reason).toMatchObject({ status: 409, reason: "KEY_EXISTS" });
        }
      }
      expect(await clientOf(servers[0]).verifyAudit()).toMatchObject({ ok: true });
    },
  );
});
