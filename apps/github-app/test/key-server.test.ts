import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";

const main = builtProgram("key-server");

async function startKeyServer(dataDirectory: string) {
  const child = spawn(process.execPath, [main, "--data", dataDirectory, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => ["the key server did not start"]);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [
    string,
  ];
  const url = /http:\/\/\S+/u.exec(line)?.[0];
  if (url === undefined) throw new Error(line);
  const token = readFileSync(join(dataDirectory, "bootstrap-token"), "utf8").trim();
  return {
    url,
    token,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

test("with the real key server: the key answers 200 before the push and 401 after it", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await startKeyServer(join(directory.path, "keys"));
  const baseUrl = `${server.url}/aforo`;
  const minted = await fetch(`${server.url}/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "github-app", role: "responder" }),
  });
  const { token } = (await minted.json()) as { token: string };
  const tokenFile = join(directory.path, "responder-token");
  writeFileSync(tokenFile, token);
  await using rig = await startRig({ config: { providers: [{ provider: "aforo", baseUrl, tokenFile }] } });

  const operator = makeManagementClient({ dialect: "aforo", baseUrl, token: new Secret(server.token) });
  const { secret } = await operator.create({ name: "shop", kind: "secret", environment: "production" });
  const use = async () => {
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    return (await fetch(`${baseUrl}/v1/entitlements/customer-1`, { headers })).status;
  };
  expect(await use()).toBe(200);

  const sha = await rig.commit({ "src/config.ts": `const key = "${secret.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(await use()).toBe(401);
  rig.assertNoLeak([secret]);
});
