import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import { parseRecipient } from "@keywarden/management";
import { makeKey, makeManagedKey, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, onTestFinished, test } from "vitest";
import { runHere } from "./terminal.ts";

const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 5);
const asPem = (key: KeyObject) => key.export({ format: "pem", type: "pkcs8" }).toString();

/** A server that has sealed the secret to a public key, and a folder with the private one. */
async function makeRig(recipient: string, pem: string) {
  const place = makeTemporaryDirectory();
  onTestFinished(() => place.remove());
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  writeFileSync(join(place.path, "sealing.pem"), pem, { mode: 0o600 });
  const sealed = parseRecipient(recipient)?.seal(secret);
  const server = createServer(({ url }, response) => {
    const key = makeManagedKey({ id: "key_1", provider: "aforo", name: "billing" });
    const body = url?.endsWith("/sealed-secret") ? { keyId: "key_1", generation: 2, sealed } : key;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const connection = ["--token-file", "token", "--server", `http://127.0.0.1:${port}`];
  return {
    env: () => readFileSync(join(place.path, ".env"), "utf8"),
    open: (...argv: readonly string[]) =>
      runHere(["keys", "open", "key_1", ...argv, ...connection], { directory: place.path }),
  };
}

const x25519 = generateKeyPairSync("x25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const raw = x25519.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const der = rsa.publicKey.export({ format: "der", type: "spki" });
const recipients = [
  ["X25519", `x25519 ${raw.toString("base64")}`, asPem(x25519.privateKey), asPem(rsa.privateKey)],
  ["RSA", `rsa-oaep-256 ${der.toString("base64")}`, asPem(rsa.privateKey), asPem(x25519.privateKey)],
] as const;

test.each(recipients)(
  "keys open delivers a secret that was sealed to a key of %s, and shows none",
  async (_, recipient, pem, other) => {
    const { open, env } = await makeRig(recipient, pem);
    const result = await open("--sealing-key", "sealing.pem", "--to", "env:.env#AFORO_API_KEY");
    expect(result).toMatchObject({ status: 0, stdout: "" });
    expect(result.stderr).toContain("key_1, generation 2");
    expect(env()).toContain(secret.reveal());

    const wrong = await (await makeRig(recipient, other)).open("--sealing-key", "sealing.pem", "--print");
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toContain("was sealed to another key than sealing.pem");
  },
);

test("keys open says what is wrong with its key file, and needs to know where the secret goes", async () => {
  const { open } = await makeRig(recipients[0][1], "no key at all");
  expect((await open("--sealing-key", "sealing.pem", "--print")).stderr).toContain(
    "is no private key of X25519 or RSA",
  );
  expect((await open("--sealing-key", "none.pem", "--print")).stderr).toContain("none.pem cannot be read");
  expect((await open("--sealing-key", "sealing.pem")).stderr).toContain("choose --to <sink> or --print");
});
