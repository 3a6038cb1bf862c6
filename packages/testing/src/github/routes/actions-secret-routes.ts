import { createHash } from "node:crypto";
import sodium from "libsodium-wrappers";
import { refusal, withRepository } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";
import type { EmulatorState, SecretVault } from "../state.ts";

const ofRepository = "/repos/{owner}/{repo}/actions/secrets";
const ofEnvironment = "/repos/{owner}/{repo}/environments/{environment_name}/secrets";

export const actionsSecretRoutes: readonly Route[] = [
  { method: "GET", path: `${ofRepository}/public-key`, caller: "anyone", handle: showPublicKey },
  { method: "PUT", path: `${ofRepository}/{secret_name}`, caller: "anyone", handle: writeSecret },
  { method: "GET", path: `${ofEnvironment}/public-key`, caller: "anyone", handle: showPublicKey },
  { method: "PUT", path: `${ofEnvironment}/{secret_name}`, caller: "anyone", handle: writeSecret },
];

function showPublicKey(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "secrets", "read", async ({ facts }) => {
    const vault = await vaultOf(call, facts.fullName);
    return {
      status: 200,
      body: { key_id: vault.keyId, key: Buffer.from(vault.publicKey).toString("base64") },
    };
  });
}

function writeSecret(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "secrets", "write", async ({ facts }) => {
    const name = (call.params["secret_name"] ?? "").toUpperCase();
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/u.test(name)) return refusal(422, `Secret name ${name} is invalid.`);
    const { encrypted_value: sealed = "", key_id: keyId } = call.body as {
      readonly encrypted_value?: string;
      readonly key_id?: string;
    };
    const vault = await vaultOf(call, facts.fullName);
    if (keyId !== vault.keyId) return refusal(422, "Bad request - key ID does not match the public key.");
    try {
      const text = sodium.crypto_box_seal_open(
        Buffer.from(sealed, "base64"),
        vault.publicKey,
        vault.privateKey,
      );
      const isNew = !vault.secrets.has(name);
      vault.secrets.set(name, Buffer.from(text).toString("utf8"));
      return isNew ? { status: 201, body: {} } : { status: 204 };
    } catch {
      return refusal(422, "Bad request - the value is not encrypted for the public key.");
    }
  });
}

async function vaultOf({ state, params }: EmulatedCall, fullName: string): Promise<SecretVault> {
  const environment = params["environment_name"];
  const scope = (environment === undefined ? fullName : `${fullName}/${environment}`).toLowerCase();
  return state.secretVaults.get(scope) ?? (await openVault(state, scope));
}

async function openVault(state: EmulatorState, scope: string): Promise<SecretVault> {
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const keyId = createHash("sha256").update(publicKey).digest("hex").slice(0, 20);
  const vault: SecretVault = { keyId, publicKey, privateKey, secrets: new Map() };
  state.secretVaults.set(scope, vault);
  return vault;
}
