import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory, ownDefinition } from "@keywarden/testing";
import { expect, test } from "vitest";
import { start } from "./start-here.ts";

const others = ownDefinition.formats.map((format) => ({ ...format, prefix: `other_${format.prefix}` }));

test("SIGHUP reads the channels again, and a file that is wrong changes nothing", async () => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "channels.json");
  writeFileSync(file, "[]");
  await using server = start(["--data", join(directory.path, "data"), "--port", "0", "--channels", file]);
  const address = await server.ready();

  writeFileSync(file, "[{}]");
  server.reload();
  await expect.poll(server.stderr).toContain("the server goes on as it was");
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  writeFileSync(file, "[]");
  server.reload();

  await expect
    .poll(server.stderr)
    .toContain("read the providers, channels, countries, policy, sinks, sign-in and secrets again");
});

test("SIGHUP reads what links and alerts are signed with again", async () => {
  using directory = makeTemporaryDirectory();
  const fileOf = (name: string) => join(directory.path, name);
  const write = (text: string): void => {
    for (const name of ["embed-secret", "alert-secret"]) writeFileSync(fileOf(name), text, { mode: 0o600 });
  };
  write("a".repeat(40));
  const flags = ["--embed-origins", "https://app.example.com", "--embed-secret", fileOf("embed-secret")];
  const alertFlags = [
    "--alert-origins",
    "https://hooks.example.com",
    "--alert-secret",
    fileOf("alert-secret"),
  ];
  const data = fileOf("data");
  await using server = start(["--data", data, "--port", "0", ...flags, ...alertFlags]);
  const address = await server.ready();
  const token = readFileSync(join(data, "bootstrap-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = async (path: string, body: object): Promise<Record<string, string>> =>
    (await (
      await fetch(`${address}${path}`, { method: "POST", headers, body: JSON.stringify(body) })
    ).json()) as never;
  const link = async () =>
    (await post("/embed/links", { provider: "azotte", tenant: "tenant_dev_1" }))["path"] ?? "";
  const open = async (path: string) => (await fetch(`${address}${path}`)).status;
  const [old, kept] = [await link(), await link()];
  expect(await open(kept)).toBe(200);

  write("b".repeat(40));
  server.reload();
  await expect.poll(server.stderr).toContain("sign-in and secrets again");

  expect(await open(old)).toBe(403);
  expect(await open(await link())).toBe(200);
});

test("SIGHUP takes another providers file over: its routes, its keys and what must not be stored", async () => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "providers.json");
  const [orchard, acme] = [ownDefinition, { ...ownDefinition, id: "acme2", name: "Acme 2", formats: others }];
  writeFileSync(file, JSON.stringify([orchard]));
  const data = join(directory.path, "data");
  await using server = start(["--data", data, "--port", "0", "--providers", file]);
  const address = await server.ready();
  const authorization = `Bearer ${readFileSync(join(data, "bootstrap-token"), "utf8").trim()}`;
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(`${address}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, told: (await answer.json()) as Record<string, never> };
  };
  const create = (provider: string, name = "a") =>
    ask("POST", "/v1/keys", { provider, name, kind: "secret", environment: "production" });
  const isValid = async (key: unknown) => (await ask("POST", "/v1/keys/verify", { key })).told["valid"];
  const first = (await create(orchard.id)).told["secret"];
  expect([await isValid(first), (await ask("GET", "/acme2/v1/whoami")).status]).toEqual([true, 404]);
  expect((await create("acme2")).status).toBe(400);
  const waiting = ask("GET", "/v1/changes?after=1000000&wait=1");

  writeFileSync(file, JSON.stringify([orchard, acme]));
  server.reload();
  await expect.poll(server.stderr).toContain("read the providers");
  const made = await create("acme2");
  expect([made.status, await isValid(made.told["secret"]), await isValid(first)]).toEqual([201, true, true]);
  expect((await ask("GET", "/acme2/v1/whoami")).status).toBe(401);
  expect((await create("acme2", `was ${made.told["secret"]}`)).status).toBe(400);
  expect((await waiting).status).toBeLessThan(500);

  // Who takes a provider away takes its keys away, remembered ones too.
  writeFileSync(file, JSON.stringify([acme]));
  server.reload();
  await expect.poll(server.stderr).toMatch(/(?:read the providers[^]*){2}/);
  expect([await isValid(first), await isValid(made.told["secret"])]).toEqual([false, true]);
  expect((await ask("GET", `/${orchard.id}/v1/whoami`)).status).toBe(404);
  expect(await server.stop()).toBe(0);
});
