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
