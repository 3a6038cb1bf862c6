import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const json = { "content-type": "application/json" };
type Write = (response: ServerResponse, proper: unknown) => void;

const answer =
  (status: number, body: string, headers: Readonly<Record<string, string>> = json): Write =>
  (response) =>
    void response.writeHead(status, headers).end(body);
/** What would have been said, with changes. */
const changed =
  (change: (proper: Record<string, unknown>) => unknown, status = 200): Write =>
  (response, proper) =>
    void response
      .writeHead(status, json)
      .end(JSON.stringify(change(structuredClone(proper) as Record<string, unknown>)));
const keyIn = (proper: Record<string, unknown>) => proper["api_key"] as Record<string, unknown>;
const withKey = (more: object) =>
  changed((proper) => ({ ...proper, api_key: { ...keyIn(proper), ...more } }));
const asIs =
  (status: number, headers: Readonly<Record<string, string>> = {}): Write =>
  (response, proper) =>
    void response.writeHead(status, { ...json, ...headers }).end(JSON.stringify(proper));
const cut: Write = (response, proper) => {
  const text = JSON.stringify(proper);
  response.writeHead(200, { ...json, "content-length": String(text.length) });
  response.write(text.slice(0, -2), () => response.destroy());
};
const huge: Write = (response) => {
  response.writeHead(200, json);
  response.end(`{"found":false,"more":"${"x".repeat(17 * 1024 * 1024)}"}`);
};

/** After these it is certain that the provider has not done it, were they true; so nobody says that the App did. */
const isRefusal = (what: string): boolean => /^(?:401|403|404|429)/u.test(what);

/** What can be said to a lookup and to a revocation alike. */
const both: Readonly<Record<string, Write>> = {
  "an empty body": answer(200, ""),
  "an empty object": answer(200, "{}"),
  "an empty list": answer(200, "[]"),
  null: answer(200, "null"),
  "a login page": answer(200, "<html>Sign in</html>", { "content-type": "text/html" }),
  "the right words as a page": (response, proper) =>
    void response.writeHead(200, { "content-type": "text/html" }).end(JSON.stringify(proper)),
  "the right words with 201": asIs(201),
  "the right words with 202": asIs(202),
  "204": answer(204, ""),
  "304": answer(304, ""),
  "the right words with a redirect": asIs(307, { location: "http://127.0.0.1:9/" }),
  "a body that is cut": cut,
  "a body without an end": huge,
  "401, as if the App's own token had ended": answer(401, "{}"),
  "403, as if the App's own token had lost its right": answer(403, "{}"),
  "404": answer(404, "{}"),
  "429 and to come back at once": answer(429, "{}", { "retry-after": "0" }),
  "429 and to come back in the past": answer(429, "{}", { "retry-after": "-5" }),
  "429 and to come back on a day": answer(429, "{}", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
  "503 and to come back in ten years": answer(503, "{}", { "retry-after": "315360000" }),
};

const pushKey = async (rig: Rig) => {
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ "keys.ts": key.reveal() });
  return { key, sha };
};
const push = async (rig: Rig) => {
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
};
const later = async (rig: Rig, ms: number) => {
  rig.time.advance(ms);
  await rig.settle();
};

describe("a provider that answers a lookup with", () => {
  test.each<[string, Write]>([
    ...Object.entries(both),
    ["a key that was found and is not there", changed(() => ({ found: true }))],
    ["that it knows the key and does not", changed((proper) => ({ ...proper, found: false }))],
    ["the words of another dialect", changed(() => ({ data: null, success: true, key: null }))],
    ["two keys", changed((proper) => ({ found: true, api_key: [keyIn(proper), keyIn(proper)] }))],
    ["a key that has no id", withKey({ id: "" })],
    ["a key in a state that nobody knows", withKey({ status: "resting" })],
    ["a key that begins otherwise", withKey({ prefix: "sk_test_", environment: "test" })],
    ["a key that ends otherwise", withKey({ id: "key_of_somebody_else", last_four: "0000" })],
  ])(
    "%s has told nothing: the key is neither revoked nor called harmless, until it says",
    async (_, write) => {
      await using rig = await startRig();
      const { key, sha } = await pushKey(rig);
      rig.provider.talkNonsense({ to: "lookup", write });
      await push(rig);
      expect(rig.checkRun(sha)).toMatchObject({ status: "in_progress" });
      await later(rig, 121_000);
      expect(rig.provider.revokes()).toEqual([]);
      expect(rig.checkRun(sha)).toMatchObject({
        conclusion: "neutral",
        output: { title: "1 key found: 1 not checked" },
      });
      rig.provider.talkNonsense(null);
      await later(rig, 3_600_001);
      expect(rig.provider.stateOf(key)).toBe("revoked");
      expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
      rig.emulator.assertNoViolations();
    },
  );
});

describe("a provider that answers a revocation with", () => {
  const answers = [
    ...Object.entries(both),
    ["that the key is not revoked", changed((proper) => ({ ...proper, revoked: false }))],
    ["the id of another key", changed((proper) => ({ ...proper, id: "key_of_somebody_else" }))],
  ] as const;

  test.each(answers)("%s, and has not done it, is asked again", async (_, write) => {
    await using rig = await startRig();
    const { key, sha } = await pushKey(rig);
    rig.provider.talkNonsense({ to: "revoke", write });
    await push(rig);
    expect(rig.checkRun(sha)).toMatchObject({ status: "in_progress" });
    expect(rig.provider.revokes()).toHaveLength(1);
    await later(rig, 121_000);
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "failure",
      output: { title: "1 key found: 1 live, still working" },
    });
    rig.provider.talkNonsense(null);
    await later(rig, 3_600_001);
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
    expect(await rig.inspect(({ audit }) => audit.verify())).toMatchObject({ ok: true });
  });

  test.each(answers)("%s, and has done it, is asked what became of the key", async (what, write) => {
    await using rig = await startRig();
    const { sha } = await pushKey(rig);
    rig.provider.talkNonsense({ to: "revoke", does: true, write });
    await push(rig);
    expect(rig.checkRun(sha)).toMatchObject({ status: "in_progress" });
    await later(rig, 3_600_001);
    const outcome = isRefusal(what) ? "inactive" : "revoked";
    expect(rig.checkRun(sha)?.output.title).toBe(`1 key found: 1 ${outcome}`);
    expect(rig.provider.revokes()).toHaveLength(1);
    expect(await rig.inspect(({ audit }) => audit.verify())).toMatchObject({ ok: true });
  });
});
