import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aero2, aforo, builtInProviders, example, Secret, type ManagedProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialects, makeManagementClient } from "@keywarden/management";
import {
  makeDialectKeyApi,
  openRotationStore,
  openSink,
  planRotation,
  runRotation,
  type DescribedKey,
  type Journal,
} from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const providers = [...builtInProviders, ownProvider];
const rotation = "0a1b2c3d";
const target = "env:.env#API_KEY";

/** What happens to the answer of one request. */
type Fate = "well" | "lost" | "refused" | "absent";
type Fates = (method: string, path: string) => Fate;

class Killed extends Error {}

/** A journal whose writer ends before that entry, counted from 1 after the plan. */
function mortal(journal: Journal, death: number): Journal {
  let count = 0;
  return {
    entries: journal.entries,
    append: (fact) => {
      count += 1;
      if (count >= death) throw new Killed();
      return journal.append(fact);
    },
  };
}

function dies(run: Promise<unknown>): Promise<boolean> {
  return run.then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof Killed)) throw error;
      return true;
    },
  );
}

/** Goes on with a rotation; where it asks for a person, that person says to go on. */
async function takeUp({ run, store }: Pick<Awaited<ReturnType<typeof makeStory>>, "run" | "store">) {
  const result = await run();
  if (result.outcome !== "orphaned") return { outcome: result.outcome, wasOrphaned: false, wayOut: null };
  store.open(rotation).append({ type: "reopened" });
  return { outcome: (await run()).outcome, wasOrphaned: true, wayOut: result.wayOut };
}

/** A provider's own API, its owner's credential, one key of theirs in a `.env` file, and time that passes only when something waits. */
async function makeStory(
  profile: ManagedProvider,
  options: { readonly described?: DescribedKey; readonly requests?: number } = {},
) {
  const directory = makeTemporaryDirectory();
  const others = providers.filter(({ id }) => id !== profile.id);
  const server = await makeServer({ providers: [...others, profile] });
  await server.app.http.listen({ host: "127.0.0.1", port: 0 });
  const address = server.app.http.addresses()[0];
  if (typeof address !== "object") throw new Error("not listening");
  const baseUrl = `http://127.0.0.1:${address.port}/${profile.id}`;
  const dialect = dialects[profile.dialect];
  const format = profile.formats.find(({ kind }) => kind === "secret");
  if (dialect === undefined || format === undefined) throw new Error(`cannot rotate ${profile.id}`);

  let fates: Fates = () => "well";
  const faulty: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const fate = fates(init?.method ?? "GET", url.pathname.slice(`/${profile.id}`.length));
    if (fate === "refused") throw new TypeError("fetch failed");
    if (fate === "absent") return new Response("no such page", { status: 404 });
    const response = await fetch(input, init);
    if (fate === "lost") throw new TypeError("fetch failed");
    return response;
  };
  const token = new Secret(await server.tokenFor("operator"));
  const clientOf = (call: typeof fetch) => makeManagementClient({ dialect, baseUrl, token, fetch: call });
  const owner = clientOf(fetch);
  const { kind, environment } = format;
  const first = await owner.create({ name: "billing", kind, environment });
  const envFile = join(directory.path, ".env");
  writeFileSync(envFile, `# kept\nAPI_KEY=${first.secret.reveal()}\n`, { mode: 0o600 });

  const keyApi = makeDialectKeyApi({
    client: clientOf(faulty),
    profile,
    dialect,
    capabilities: capabilitiesOf(profile, "provider"),
    described: options.described,
    ...(options.requests !== undefined && { requests: options.requests }),
  });
  const { clock } = server;
  const state = join(directory.path, "state");
  const store = openRotationStore(state, clock);
  const context = { env: {}, directory: directory.path, fetch };
  const inPlace = () => new Secret(/^API_KEY=(.*)$/m.exec(readFileSync(envFile, "utf8"))?.[1] ?? "");
  const statusOf = async (key: Secret): Promise<number> => {
    const { method, path } = dialect.sample;
    const url = baseUrl + path.replaceAll(/\{\w+\}/g, "any");
    return (await fetch(url, { method, headers: { authorization: `Bearer ${key.reveal()}` } })).status;
  };

  return {
    first,
    clock,
    store,
    inPlace,
    statusOf,
    decide: (next: Fates) => (fates = next),
    plan: () =>
      planRotation({
        keyApi,
        server: baseUrl,
        via: "provider",
        directory: directory.path,
        keyId: first.id,
        profileOf: () => profile,
        sinks: [openSink(target, context)],
        endGrace: false,
        rotation,
        now: clock,
      }),
    run: (journal: Journal = store.open(rotation), waitsForGrace = true) =>
      runRotation({
        journal,
        providers: [profile],
        keyApi,
        verification: { baseUrl, dialect, fetch: faulty },
        sinks: [openSink(target, context)],
        sealingKey: (mayCreate) => store.sealingKey(rotation, mayCreate),
        destroySealingKey: () => store.destroySealingKey(rotation),
        clock,
        wait: async (ms) => clock.advance(Math.ceil(ms)),
        random: () => 0.5,
        waitsForGrace,
      }),
    createMore: async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        await owner.create({ name: `other ${index}`, kind, environment });
      }
    },
    /** The rotation's own keys that are alive. */
    liveIds: async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for await (const { id, name } of owner.listAll({ requests: 100 })) {
        if (name.startsWith("billing")) ids.push(id);
      }
      return ids;
    },
    isGone: async (key: Secret): Promise<boolean> => (await statusOf(key)) === 401,
    stateText: () =>
      readdirSync(state, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
        .join("\n"),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      directory.remove();
    },
  };
}

const without = (profile: ManagedProvider, management: ManagedProvider["management"]): ManagedProvider => ({
  ...profile,
  ...(management !== undefined && { management: { ...profile.management, ...management } }),
});

const isRotate = (method: string, path: string) => method === "POST" && path.endsWith("/rotate");
const isCreate = (method: string, path: string) => method === "POST" && path.endsWith("/api-keys");
const isNewSecret: Fates = (method, path) =>
  isRotate(method, path) || isCreate(method, path) ? "lost" : "well";
const isList = (method: string, path: string) => method === "GET" && path.endsWith("/api-keys");

/** The first matching request meets its fate, all others go well. */
function once(fate: Fates): Fates {
  let isOver = false;
  return (method, path) => {
    const decided = isOver ? "well" : fate(method, path);
    isOver ||= decided !== "well";
    return decided;
  };
}

describe.each(providers)("$id: a rotation through the provider's own API", (profile) => {
  const graceMs = profile.rotation.graceSeconds * 1000;
  const { procedure, generations, idempotencyKey } = capabilitiesOf(profile, "provider");
  const canTell = procedure === "create-deploy-revoke" || generations || idempotencyKey;

  test("leaves one live key in its place, and both work exactly as long as the document says", async () => {
    await using story = await makeStory(profile);
    story.store.create((await story.plan()).fact);
    const startedAtMs = story.clock();
    const paused = await story.run(undefined, false);
    expect(paused.outcome).toBe(graceMs > 0 ? "waiting" : "done");
    story.clock.set(startedAtMs + Math.max(0, graceMs - 1));
    expect([await story.statusOf(story.first.secret), await story.statusOf(story.inPlace())]).toEqual([
      graceMs > 0 ? 200 : 401,
      200,
    ]);
    expect(await story.run()).toMatchObject({ outcome: "done" });
    expect(story.clock() - startedAtMs).toBe(graceMs);
    expect(await story.isGone(story.first.secret)).toBe(true);
    expect(await story.statusOf(story.inPlace())).toBe(200);
    expect(await story.liveIds()).toHaveLength(1);
    assertNoKey(story.stateText(), [story.first.secret, story.inPlace()]);
  });

  test("killed before any entry of its journal ends, once resumed, with one live key that works", async () => {
    const ends: unknown[] = [];
    let isKilled = true;
    for (let death = 1; isKilled; death += 1) {
      await using story = await makeStory(profile);
      const journal = story.store.create((await story.plan()).fact);
      isKilled = await dies(story.run(mortal(journal, death)));
      const { outcome, wasOrphaned } = await takeUp(story);
      ends.push({
        death,
        outcome,
        wasOrphaned,
        isNew: story.inPlace().reveal() !== story.first.secret.reveal(),
        works: await story.statusOf(story.inPlace()),
        isOldGone: await story.isGone(story.first.secret),
        live: (await story.liveIds()).length,
      });
    }
    expect(ends.length).toBeGreaterThan(9);
    expect(ends).toEqual(
      ends.map((_, index) => ({
        death: index + 1,
        outcome: "done",
        // Only where nothing tells what became of the one request that makes the secret.
        wasOrphaned: index === 1 && !canTell,
        isNew: true,
        works: 200,
        isOldGone: true,
        live: 1,
      })),
    );
  });

  test("finds out what became of a request whose answer was lost, or says that it cannot and where to look", async () => {
    await using story = await makeStory(profile);
    story.store.create((await story.plan()).fact);
    story.decide(once(isNewSecret));
    const { outcome, wasOrphaned, wayOut } = await takeUp(story);
    expect({ outcome, wasOrphaned }).toEqual({ outcome: "done", wasOrphaned: !canTell });
    expect(wayOut ?? `keywarden rotate --resume ${rotation}`).toContain(
      `keywarden rotate --resume ${rotation}`,
    );
    expect(await story.statusOf(story.inPlace())).toBe(200);
    expect(await story.isGone(story.first.secret)).toBe(true);
    expect(await story.liveIds()).toHaveLength(1);
  });

  test("goes on by itself when the request did not even arrive", async () => {
    // The last four characters tell that nothing was done, where they are shown.
    const tells = canTell || profile.id === "aero2";
    await using story = await makeStory(profile);
    story.store.create((await story.plan()).fact);
    story.decide(once((method, path) => (isNewSecret(method, path) === "lost" ? "refused" : "well")));
    const result = await story.run();
    expect(result.outcome).toBe(tells ? "done" : "orphaned");
  });
});

describe("where a provider's API tells little", () => {
  const described = { name: "billing", kind: "secret", environment: "production" } as const;

  test("a key is rotated on its owner's word, and the plan says what nobody can see", async () => {
    await using story = await makeStory(without(aforo, { list: false, lookup: false, restrictions: false }), {
      described: { ...described, environment: "sandbox" },
    });
    const { fact, status, warnings } = await story.plan();
    expect(status).toBeNull();
    expect(warnings.join("\n")).toMatch(
      /does not always show a key's restrictions[^]*left a key behind[^]*orphaned/,
    );
    story.store.create(fact);
    expect(await story.run()).toMatchObject({ outcome: "done" });
    expect(await story.liveIds()).toHaveLength(1);
    expect(await story.isGone(story.first.secret)).toBe(true);
    expect(story.store.open(rotation).entries.at(-1)).toMatchObject({
      note: expect.stringContaining("not looked for left-over keys") as string,
    });
  });

  test("a key that nobody describes is not rotated, and the refusal says how to describe it", async () => {
    await using story = await makeStory(without(aforo, { list: false }));
    await expect(story.plan()).rejects.toThrow("--environment");
  });

  test("a list that no document gives counts as absent when it is not there; a documented one is a wrong address", async () => {
    const notThere: Fates = (method, path) => (isList(method, path) ? "absent" : "well");
    await using aforos = await makeStory(aforo, { described: { ...described, environment: "sandbox" } });
    aforos.decide(notThere);
    expect((await aforos.plan()).status).toBeNull();
    await using examples = await makeStory(example, { described: { ...described, environment: "sandbox" } });
    examples.decide(notThere);
    await expect(examples.plan()).rejects.toMatchObject({ code: "MANAGEMENT_NOT_FOUND" });
  });

  test("a lost create is orphaned at once, with the name to look for; once a person has looked, it goes on", async () => {
    await using story = await makeStory(without(aforo, { list: false, lookup: false, restrictions: false }), {
      described: { ...described, environment: "sandbox" },
    });
    const { fact } = await story.plan();
    story.store.create(fact);
    story.decide(once(isNewSecret));
    const result = await story.run();
    expect(result).toMatchObject({
      outcome: "orphaned",
      message: expect.stringContaining("was made is unknown") as string,
      wayOut: expect.stringContaining(`named "${fact.successorName}"`) as string,
    });
    expect(await story.statusOf(story.first.secret)).toBe(200);
    expect(await story.liveIds()).toHaveLength(2);
    story.store.open(rotation).append({ type: "reopened" });
    expect(await story.run()).toMatchObject({ outcome: "done" });
  });

  test("a lost rotate is orphaned when its characters have changed, and the old secret still works then", async () => {
    await using story = await makeStory(aero2);
    story.store.create((await story.plan()).fact);
    story.decide(once(isNewSecret));
    expect(await story.run()).toMatchObject({
      outcome: "orphaned",
      message: expect.stringMatching(/ends in \w{4} instead of \w{4}/) as string,
    });
    expect(await story.statusOf(story.inPlace())).toBe(200);
  });

  test("nothing is decided on a part of a list that costs more requests than it may", async () => {
    await using story = await makeStory(aforo, { requests: 1 });
    await story.createMore(100);
    await expect(story.plan()).rejects.toThrow("continues after 1 request;");
  });
});
