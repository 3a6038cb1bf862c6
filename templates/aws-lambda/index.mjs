// A rotation function for AWS Secrets Manager (runtime nodejs24.x): its four steps, against a keywarden-server.
//
// The secret holds JSON: { "api_key": "…", "key_id": "key_…" }. Environment of the function:
//   KEYWARDEN_SERVER        https address of keywarden-server
//   KEYWARDEN_TOKEN_SECRET  name or ARN of the secret that holds an operator's token
//   SAMPLE_PATH             a harmless call that the key is made for, such as /aforo/v1/entitlements/rotation
// It needs secretsmanager:DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage on the secret.
//
// Keys are made beside each other: create, deploy, revoke. The old one stays valid while it is AWSPREVIOUS and is
// revoked by the next rotation, so whoever has cached it has until then to read the new one.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";

const secrets = new SecretsManagerClient({});

export async function handler({ SecretId, ClientRequestToken, Step }) {
  const step = steps[Step];
  if (step === undefined) throw new Error(`${Step} is no step of a rotation`);
  const { VersionIdsToStages: versions = {}, RotationEnabled } = await secrets.send(
    new DescribeSecretCommand({ SecretId }),
  );
  if (RotationEnabled === false) throw new Error("rotation is not enabled for this secret");
  const stages = versions[ClientRequestToken];
  if (stages === undefined) throw new Error("the version to rotate to is unknown");
  if (stages.includes("AWSCURRENT")) return;
  if (!stages.includes("AWSPENDING")) throw new Error("the version to rotate to is not pending");
  await step(SecretId, ClientRequestToken, versions);
}

const steps = { createSecret, setSecret, testSecret, finishSecret };

/** Makes the new key, once: a retry finds it in the pending version. */
async function createSecret(SecretId, ClientRequestToken) {
  if ((await read(SecretId, { VersionId: ClientRequestToken, VersionStage: "AWSPENDING" })) !== null) return;
  const current = await read(SecretId, { VersionStage: "AWSCURRENT" });
  if (current === null) throw new Error("the secret has no current version with a key_id");
  const old = await call("GET", `/v1/keys/${encodeURIComponent(current.key_id)}`);
  // The name tells a key of this rotation from all others, so an answer that was lost leaves nothing behind.
  const name = `${old.name.replace(/ aws-[0-9a-f]{8}$/, "").slice(0, 80)} aws-${ClientRequestToken.slice(0, 8)}`;
  for (const orphan of await activeKeysNamed(name, old)) await revoke(orphan.id);
  const { key, secret } = await call("POST", "/v1/keys", {
    provider: old.provider,
    name,
    kind: old.kind,
    environment: old.environment,
    ...(old.owner !== null && { owner: old.owner }),
    ...(old.tags.length > 0 && { tags: old.tags }),
    ...(old.permissions !== null && { permissions: old.permissions }),
    ...(old.expiresAt !== null && { expiresAt: old.expiresAt }),
    ...(old.restrictions !== undefined && { restrictions: old.restrictions }),
  });
  const SecretString = JSON.stringify({ ...current, api_key: secret, key_id: key.id });
  try {
    await secrets.send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken,
        SecretString,
        VersionStages: ["AWSPENDING"],
      }),
    );
  } catch (error) {
    await revoke(key.id);
    throw error;
  }
}

/** The provider knows its own key already; there is nothing to set. */
async function setSecret() {}

async function testSecret(SecretId, ClientRequestToken) {
  const pending = await read(SecretId, { VersionId: ClientRequestToken, VersionStage: "AWSPENDING" });
  if (pending === null) throw new Error("there is no pending version to test");
  const response = await fetch(process.env.KEYWARDEN_SERVER + process.env.SAMPLE_PATH, {
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
    headers: { authorization: `Bearer ${pending.api_key}` },
  });
  if (!response.ok) throw new Error(`the new key was tried and answered with ${response.status}`);
}

/** Makes the new key the current one; the one that was previous until now has had its time and is revoked. */
async function finishSecret(SecretId, ClientRequestToken, versions) {
  const previous = await read(SecretId, { VersionStage: "AWSPREVIOUS" });
  const [RemoveFromVersionId] =
    Object.entries(versions).find(([, list]) => list.includes("AWSCURRENT")) ?? [];
  const current = await read(SecretId, { VersionStage: "AWSCURRENT" });
  if (previous !== null && previous.key_id !== current?.key_id) await revoke(previous.key_id);
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId,
    }),
  );
}

async function read(SecretId, version) {
  try {
    const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId, ...version }));
    return parse(SecretString);
  } catch (error) {
    if (error.name === "ResourceNotFoundException") return null;
    throw error;
  }
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value.key_id === "string" ? value : null;
  } catch {
    // The parser's message could quote the secret, so nothing of it is passed on.
  }
  throw new Error("the secret is not JSON");
}

async function activeKeysNamed(name, { provider, kind, environment }) {
  const found = [];
  for (let cursor = ""; cursor !== null;) {
    const query = new URLSearchParams({ provider, kind, environment, state: "active", limit: "1000" });
    if (cursor !== "") query.set("cursor", cursor);
    const page = await call("GET", `/v1/keys?${query}`);
    found.push(...page.keys.filter((key) => key.name === name));
    cursor = page.nextCursor;
  }
  return found;
}

const revoke = (id) => call("POST", `/v1/keys/${encodeURIComponent(id)}/revoke`);

async function call(method, path, body) {
  const { SecretString = "" } = await secrets.send(
    new GetSecretValueCommand({ SecretId: process.env.KEYWARDEN_TOKEN_SECRET }),
  );
  const response = await fetch(process.env.KEYWARDEN_SERVER + path, {
    method,
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
    headers: {
      authorization: `Bearer ${SecretString.trim()}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path.split("?")[0]} answered ${response.status}`);
  return response.json();
}
