import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { contextIn, delivery, newKey } from "./sink-folder.ts";
import { startVault } from "./vault-server.ts";

const token = "hvs.a-token";
const target = "vault:secret/billing/api#api_key";

describe("the Vault sink", () => {
  test("makes a secret, keeps the fields of one that is there, and writes nothing twice", async () => {
    await using vault = await startVault(token);
    const sink = openSink(target, contextIn("/", { VAULT_ADDR: vault.url, VAULT_TOKEN: token }));
    await sink.check();
    expect(await sink.deliver(newKey, delivery)).toBe("wrote api_key as version 1");
    expect(await sink.deliver(newKey, delivery)).toBe("version 1 already has it");
    vault.put("billing/api", { user: "app", api_key: "old" });
    expect(await sink.deliver(newKey, delivery)).toBe("wrote api_key as version 3");
    expect(vault.read("billing/api")?.["user"]).toBe("app");
    expect(vault.read("billing/api")?.["api_key"] === newKey.reveal()).toBe(true);
  });

  test("writes on top of a deleted version", async () => {
    await using vault = await startVault(token);
    vault.put("billing/api", null);
    const sink = openSink(target, contextIn("/", { VAULT_ADDR: vault.url, VAULT_TOKEN: token }));
    expect(await sink.deliver(newKey, delivery)).toBe("wrote api_key as version 2");
  });

  test("loses no field to somebody who writes at the same time", async () => {
    await using vault = await startVault(token);
    vault.put("billing/api", { user: "app" });
    vault.afterNextRead(() => vault.put("billing/api", { user: "other", region: "eu" }));
    const sink = openSink(target, contextIn("/", { VAULT_ADDR: vault.url, VAULT_TOKEN: token }));
    await sink.deliver(newKey, delivery);
    expect(vault.read("billing/api")).toMatchObject({ user: "other", region: "eu" });
    expect(vault.versions("billing/api")).toBe(3);
  });

  test("takes the token of vault login, and says so when there is none", async () => {
    using directory = makeTemporaryDirectory();
    await using vault = await startVault(token);
    const sink = openSink(target, contextIn(directory.path, { VAULT_ADDR: vault.url }));
    await expect(sink.check()).rejects.toThrow("vault login");
    writeFileSync(join(directory.path, ".vault-token"), `${token}\n`);
    await sink.check();
  });

  test.each([
    [503, "SINK_UNAVAILABLE"],
    [400, "SINK_REFUSED"],
  ])("says what %i means", async (status, code) => {
    await using vault = await startVault(token);
    vault.failNext(status);
    const sink = openSink(target, contextIn("/", { VAULT_ADDR: vault.url, VAULT_TOKEN: token }));
    const error = await sink.deliver(newKey, delivery).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining(`Vault answered ${status}`) });
    assertNoKey(String(error), [newKey]);
  });

  test("refuses plain http to another machine, and a wrong token with Vault's own words", async () => {
    await using vault = await startVault(token);
    const away = openSink(target, contextIn("/", { VAULT_ADDR: "http://vault.example", VAULT_TOKEN: token }));
    await expect(away.check()).rejects.toMatchObject({ code: "SINK_BAD_TARGET" });
    const wrong = openSink(target, contextIn("/", { VAULT_ADDR: vault.url, VAULT_TOKEN: "hvs.wrong" }));
    await expect(wrong.check()).rejects.toThrow("permission denied");
  });

  test.each(["vault:secret#a", "vault:/x#a", "vault:secret/../sys#a", "vault:secret//a#b"])(
    "refuses %s",
    (bad) => {
      expect(() => openSink(bad, contextIn("/"))).toThrow("must be written as vault:");
    },
  );
});
