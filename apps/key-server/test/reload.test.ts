import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { start } from "./start-here.ts";

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
    .toContain("read the channels, the countries, the policy, the sinks, the sign-in and the secrets again");
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
  await expect.poll(server.stderr).toContain("the sign-in and the secrets again");

  expect(await open(old)).toBe(403);
  expect(await open(await link())).toBe(200);
});
