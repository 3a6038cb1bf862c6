import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

test("a session outlives a restart of the server, and is not in the database as the browser has it", async () => {
  using place = makeTemporaryDirectory();
  const path = join(place.path, "data");
  let cookie = "";
  {
    await using before = await makeServer({ path });
    const token = await before.tokenFor("reader");
    const answer = await before.app.http.inject({
      method: "POST",
      url: "/console/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: new URLSearchParams({ token }).toString(),
    });
    cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  }
  const files = readdirSync(path).map((name) => readFileSync(join(path, name)).toString("latin1"));
  expect(files.join("")).not.toContain(cookie.split("=")[1]);
  await using after = await makeServer({ path, seed: 8 });
  const page = await after.app.http.inject({ method: "GET", url: "/console", headers: { cookie } });
  expect(page.statusCode).toBe(200);
});

test("a token with limits opens the console, by itself or by a link, and sees its own keys there", async () => {
  await using server = await makeServer();
  const own = await server.issue("aforo", "secret", "sandbox", { name: "own-key" });
  const other = await server.issue("example", "secret", "production", { name: "other-key" });
  const body = { name: "limited", role: "admin", limits: { providers: ["aforo"] } };
  const { token } = (await server.call("POST", "/v1/tokens", { body })).json<{ token: string }>();
  const made = await server.call("POST", "/console/sign-in-links", { token });
  const link = new URL(made.json<{ path: string }>().path, "http://localhost").searchParams.get("link") ?? "";
  for (const fields of [{ token }, { link }]) {
    const answer = await server.app.http.inject({
      method: "POST",
      url: "/console/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: new URLSearchParams(fields).toString(),
    });
    const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
    const see = (url: string) => server.app.http.inject({ method: "GET", url, headers: { cookie } });
    const list = (await see("/console/keys")).body;
    expect([list.includes("own-key"), list.includes("other-key")]).toEqual([true, false]);
    expect(list).toContain("limited to provider aforo");
    const statuses = [`/console/keys/${own.key.id}`, `/console/keys/${other.key.id}`, "/console/tokens"].map(
      async (url) => (await see(url)).statusCode,
    );
    expect(await Promise.all(statuses)).toEqual([200, 404, 403]);
  }
});
