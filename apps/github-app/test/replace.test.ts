import { Secret } from "@keywarden/key-format";
import { expect, test } from "vitest";
import { startShop } from "./rig/shop.ts";

test("an exposed key gets a successor at its sink, and is revoked only then", async () => {
  await using shop = await startShop();
  const { rig, exposed } = shop;
  await rig.startApp();
  const sha = await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  expect(await shop.statusOf(exposed.secret.reveal())).toBe(401);
  expect(await shop.statusOf(shop.delivered())).toBe(200);
  expect(await shop.live()).toEqual([expect.stringMatching(/^shop rot-/u)]);
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  const actions = await rig.inspect(async ({ audit }) => (await audit.list()).map(({ action }) => action));
  expect(actions.filter((action) => action.startsWith("key."))).toEqual([
    "key.replace.begun",
    "key.replace.delivered",
    "key.revoke.intended",
    "key.revoke.finished",
    "key.replace.finished",
  ]);
  rig.assertNoLeak([exposed.secret, new Secret(shop.delivered())]);
});
