import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { startKeyServer } from "./rig/key-server.ts";
import { startRig } from "./rig/rig.ts";

test("with the real key server, a key answers 401 after its push, and the breaker holds the other half", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await startKeyServer(join(directory.path, "keys"));
  const baseUrl = `${server.url}/aforo`;
  const { token } = await server.makeToken("responder");
  const tokenFile = join(directory.path, "responder-token");
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const breaker = { share: 0.5 };
  await using rig = await startRig({
    config: { breaker, providers: [{ provider: "aforo", baseUrl, tokenFile }] },
  });

  const operator = makeManagementClient({ dialect: "aforo", baseUrl, token: new Secret(server.token) });
  const make = (name: string) => operator.create({ name, kind: "secret", environment: "production" });
  const { secret } = await make("shop");
  const { secret: other } = await make("till");
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

  // The other is half of the keys that there were, and so more than its share.
  const next = await rig.commit({ "src/till.ts": `const key = "${other.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  expect(rig.checkRun(next)?.output.title).toBe("1 key found: 1 live, still working");
  expect(rig.lines.join("")).toMatch(/held aforo \S+ \(breaker\)/u);
  rig.assertNoLeak([secret, other]);
});
