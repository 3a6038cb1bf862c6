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
import { expect, onTestFinished, test } from "vitest";
import { makeServer } from "./make-server.ts";

const rotation = "0a1b2c3d";

test.each([
  ["aero2", 86_400],
  ["aforo", 300],
] as const)(
  "%s: a new secret whose answer was lost is given again, and the old one keeps its whole grace period",
  async (provider, graceSeconds) => {
    await using server = await makeServer();
    await server.app.http.listen({ host: "127.0.0.1", port: 0 });
    const address = server.app.http.addresses()[0];
    if (typeof address !== "object") throw new Error("not listening");
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const directory = makeTemporaryDirectory();
    onTestFinished(() => directory.remove());
    const { key, text } = await server.issue(provider, "secret", "production");

    let answers = 0;
    const losing: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const isNewSecret = init?.method === "POST" && /\/(?:rotate|keys)$/.test(pathname);
      if (isNewSecret) answers += 1;
      if (isNewSecret && answers === 1) throw new TypeError("fetch failed");
      return response;
    };
    const token = new Secret(await server.tokenFor("operator"));
    const keyApi = makeInventoryKeyApi(makeInventoryClient({ baseUrl, token, fetch: losing }));
    const dialect = dialects[provider];
    if (dialect === undefined) throw new Error("no dialect");
    const place = { text };
    const sink: Sink = {
      target: "memory:place",
      check: async () => {},
      deliver: async (secret) => {
        place.text = secret.reveal();
        return "kept";
      },
    };
    const { clock } = server;
    const store = openRotationStore(directory.path, clock);
    const { fact } = await planRotation({
      keyApi,
      server: baseUrl,
      directory: directory.path,
      keyId: key.id,
      profileOf: (id) => builtInProviders.find((profile) => profile.id === id),
      sinks: [sink],
      endGrace: false,
      rotation,
      now: clock,
    });
    const run = (waitsForGrace: boolean) =>
      runRotation({
        journal: store.open(rotation),
        providers: builtInProviders,
        keyApi,
        verification: { baseUrl: `${baseUrl}/${provider}`, dialect, fetch },
        sinks: [sink],
        sealingKey: (mayCreate) => store.sealingKey(rotation, mayCreate),
        destroySealingKey: () => store.destroySealingKey(rotation),
        clock,
        wait: async (ms) => clock.advance(Math.ceil(ms)),
        random: () => 0,
        waitsForGrace,
      });
    const works = async (secret: string): Promise<boolean> => {
      const path = dialect.sample.path.replaceAll(/\{\w+\}/g, "any");
      const headers = { authorization: `Bearer ${secret}` };
      return (await fetch(`${baseUrl}/${provider}${path}`, { headers })).ok;
    };

    store.create(fact);
    expect(await run(false)).toMatchObject({ outcome: "waiting" });
    expect([answers, await works(text), await works(place.text), place.text === text]).toEqual([
      2,
      true,
      true,
      false,
    ]);
    // Half a minute before its end the old secret still works: nothing was replaced twice.
    clock.advance((graceSeconds - 30) * 1000);
    expect(await works(text)).toBe(true);
    expect(await run(true)).toMatchObject({ outcome: "done" });
    expect([await works(text), await works(place.text)]).toEqual([false, true]);
    expect(store.open(rotation).entries.map(({ type }) => type)).not.toContain("lost");
  },
);
