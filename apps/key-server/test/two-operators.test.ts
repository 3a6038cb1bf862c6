import { builtInProviders, Secret } from "@keywarden/key-format";
import { dialects, makeInventoryClient } from "@keywarden/management";
import {
  makeInventoryKeyApi,
  openRotationStore,
  planRotation,
  runRotation,
  type Sink,
} from "@keywarden/rotation";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

let server: TestServer;
let baseUrl: string;
beforeAll(async () => {
  server = await makeServer();
  await server.app.http.listen({ host: "127.0.0.1", port: 0 });
  const address = server.app.http.addresses()[0];
  if (typeof address !== "object") throw new Error("not listening");
  baseUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server[Symbol.asyncDispose]());

/** An operator with a machine of their own: another folder of journals, the same place for the key. */
async function makeOperator(keyId: string, place: { text: string }, rotation: string) {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  const token = new Secret(await server.tokenFor("operator"));
  const keyApi = makeInventoryKeyApi(makeInventoryClient({ baseUrl, token, fetch }));
  const { example: dialect } = dialects;
  if (dialect === undefined) throw new Error("no dialect");
  const { clock } = server;
  const sink: Sink = {
    target: "memory:place",
    check: async () => {},
    deliver: async (secret) => {
      place.text = secret.reveal();
      return "kept";
    },
  };
  const store = openRotationStore(directory.path, clock);
  const { fact } = await planRotation({
    keyApi,
    server: baseUrl,
    directory: directory.path,
    keyId,
    profileOf: (id) => builtInProviders.find((profile) => profile.id === id),
    sinks: [sink],
    endGrace: false,
    rotation,
    now: clock,
  });
  store.create(fact);
  return () =>
    runRotation({
      journal: store.open(rotation),
      providers: builtInProviders,
      keyApi,
      verification: { baseUrl: `${baseUrl}/example`, dialect, fetch },
      sinks: [sink],
      sealingKey: (mayCreate) => store.sealingKey(rotation, mayCreate),
      destroySealingKey: () => store.destroySealingKey(rotation),
      clock,
      wait: async (ms) => clock.advance(Math.ceil(ms)),
      random: () => 0,
      waitsForGrace: true,
    });
}

test("of two operators who rotate one key at once, one does and the other learns of it", async () => {
  for (let race = 0; race < 5; race += 1) {
    const { key, text } = await server.issue("example", "secret", "production", { owner: `race ${race}` });
    const place = { text };
    const runs = [
      await makeOperator(key.id, place, `aaaaaaa${race}`),
      await makeOperator(key.id, place, `bbbbbbb${race}`),
    ];
    const results = await Promise.all(
      runs.map(async (run, index) => {
        if (index === race % 2) await new Promise(setImmediate);
        return run();
      }),
    );
    const outcomes = results.map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(["done", "abandoned"]));
    const { keys } = (await server.call("GET", `/v1/keys?state=active&owner=race%20${race}`)).json<{
      keys: { id: string; name: string; replaces: string }[];
    }>();
    expect(keys).toMatchObject([{ replaces: key.id, name: key.name }]);
    const verified = await server.call("POST", "/v1/keys/verify", { body: { key: place.text } });
    expect(verified.json()).toMatchObject({ valid: true });
    await server.call("POST", `/v1/keys/${keys[0]?.id}/revoke`);
  }
  const { rotations } = (await server.call("GET", "/v1/rotations?state=all")).json<{
    rotations: { outcome: string }[];
  }>();
  expect(rotations.every(({ outcome }) => outcome === "done")).toBe(true);
});
