import { fileURLToPath } from "node:url";
import { makeInventoryClient } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program } from "../../apps/cli/src/program.ts";
import { runInProcess } from "./run-in-process.ts";

const directory = makeTemporaryDirectory();
const file = fileURLToPath(new URL("../../apps/key-server/dist/main.js", import.meta.url));
let server: Awaited<ReturnType<typeof startKeyServer>>;
let key: { readonly id: string; readonly text: string };

beforeAll(async () => {
  server = await startKeyServer({ file, directory: directory.path, env: process.env });
  const client = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
  const made = await client.create({
    provider: "example",
    name: "web",
    kind: "secret",
    environment: "production",
  });
  key = { id: made.key.id, text: made.secret.reveal() };
});
afterAll(async () => {
  await server.program.stop();
  directory[Symbol.dispose]();
});

const keywarden = (...argv: readonly string[]) =>
  runInProcess(program, argv, directory.path, {
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
  });

const verify = (text: string) =>
  fetch(`${server.url}/v1/keys/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify({ key: text, ip: "192.0.2.1" }),
  }).then((response) => response.json() as Promise<{ readonly valid: boolean; readonly code?: string }>);

test("keys are edited, disabled and enabled, and the log of one key tells of it", async () => {
  const edited = await keywarden("keys", "edit", key.id, "--owner", "ann", "--tag", "env:production");
  expect([edited.status, edited.text]).toEqual([
    0,
    expect.stringContaining("Changed; it takes effect with the next request."),
  ]);
  expect((await keywarden("keys", "edit", key.id, "--owner", "ann")).text).toContain(
    "Nothing to change: it was so already.",
  );

  const disabled = await keywarden("keys", "disable", key.id);
  expect(disabled.text).toContain(`it is refused until you run keywarden keys enable ${key.id}`);
  expect(await verify(key.text)).toMatchObject({ valid: false, code: "key-disabled" });
  expect((await keywarden("keys", "disable", key.id)).text).toContain("It was already disabled.");
  expect((await keywarden("keys", "enable", key.id)).text).toContain("Enabled: it works again.");
  expect(await verify(key.text)).toMatchObject({ valid: true });

  const log = await keywarden("log", "--key", key.id);
  const actions = log.text.split("\n").map((line) => line.split("  ")[1]);
  expect(actions.filter((action) => action !== "key.denied").slice(0, 3)).toEqual([
    "key.enabled",
    "key.disabled",
    "key.edited",
  ]);
  expect(log.text).toContain("owner: none → ann");
  expect(await keywarden("log", "--actor", "token:nobody")).toMatchObject({
    status: 2,
    text: expect.stringContaining("there is no such token") as string,
  });
  const json = await keywarden("log", "--action", "key.edited", "--json");
  expect(JSON.parse(json.text)).toMatchObject({ action: "key.edited", subject: key.id });
  assertNoKey(log.text + json.text, []);
});

test("alerts of a key are added, listed and removed", async () => {
  expect((await keywarden("alerts", "list", key.id)).text).toBe("The key has no alerts.\n");
  const added = await keywarden("alerts", "add", key.id, "--more-than", "600", "--errors", "--per", "hour");
  expect(added.text).toMatch(/^alert_\w+ {2}more than 600 errors per hour {2}never fired\n$/);
  const [id = ""] = added.text.split(" ");
  await keywarden("alerts", "add", key.id, "--outside-of", "10.0.0.0/8", "--outside-of", "192.0.2.0/24");
  expect((await keywarden("alerts", "list", key.id)).text).toContain(
    "from outside 10.0.0.0/8, 192.0.2.0/24, once per minute",
  );
  expect((await keywarden("alerts", "remove", key.id, id)).text).toBe(`Removed ${id}.\n`);
  const { alerts } = JSON.parse((await keywarden("alerts", "list", key.id, "--json")).text) as {
    readonly alerts: readonly unknown[];
  };
  expect(alerts).toHaveLength(1);
});

test.each([
  [[]],
  [["--more-than", "5", "--outside-of", "10.0.0.0/8"]],
  [["--errors", "--outside-of", "::1"]],
])("an alert with %j says what is wrong with it, and is not added", async (flags) => {
  const refused = await keywarden("alerts", "add", key.id, ...flags);
  expect([refused.status, refused.text]).toEqual([2, expect.stringMatching(/--more-than|--errors/)]);
});

test("events are what was noticed, and none is said where there is none", async () => {
  expect(await keywarden("events", "--severity", "high")).toEqual({
    status: 0,
    text: "Nothing was noticed.\n",
  });
  // Twenty within one minute of the clock count, and that minute may end in between.
  const knock = async () => {
    for (let count = 0; count < 25; count += 1) await verify(`sk_live_${"9".repeat(12)}`);
    return (await keywarden("events", "--code", "unknown-keys")).text;
  };
  await expect.poll(knock).toMatch(/^\S+ {2}\w+ {2}unknown-keys {2}192\.0\.2\.0\/24 {2}/);
});
