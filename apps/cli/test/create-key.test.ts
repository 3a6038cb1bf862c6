import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { runHere } from "./terminal.ts";

test("keys create whose answer is lost says that there may be a key, and how to find it before trying again", async () => {
  using place = makeTemporaryDirectory();
  const server = createServer((request) => void request.socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  const result = await runHere(
    [
      ..."keys create --provider aforo --environment sandbox --print --token-file token --server".split(" "),
      `http://127.0.0.1:${port}`,
      "--name",
      "billing api",
    ],
    { directory: place.path },
  );
  await new Promise((resolve) => void server.close(resolve));
  expect([result.status, result.stdout]).toEqual([2, ""]);
  expect(result.stderr).toMatch(
    /could not be reached \(\w+\)\. If the request arrived, a new key exists that nobody has: check with keywarden keys list "billing api" before you retry, and revoke it\.\n$/,
  );
});
