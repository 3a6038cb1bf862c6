import { writeFileSync } from "node:fs";
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
    .toContain("read the channels, the countries, the policy and the sign-in again");
});
