import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { listen } from "./listen.ts";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

/** The part of Secrets Manager that the sink talks to, in its own protocol: JSON 1.1, errors by `__type`. */
async function startSecretsManager() {
  const secrets = new Map<string, { text: string | null; tokens: Set<string> }>();
  const faults: [number, string][] = [];
  const fail = (type: string, status = 400): readonly [number, unknown] => [
    status,
    { __type: type, message: `${type} it is` },
  ];
  const server = await listen(({ headers, text }) => {
    const fault = faults.shift();
    if (fault !== undefined) return fail(fault[1], fault[0]);
    if (headers.authorization?.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") !== true) {
      return fail("UnrecognizedClientException");
    }
    const request = JSON.parse(text) as Readonly<Record<string, string>>;
    const { SecretId = "", Name = "", SecretString = "", ClientRequestToken = "" } = request;
    const secret = secrets.get(SecretId);
    switch (String(headers["x-amz-target"]).replace("secretsmanager.", "")) {
      case "DescribeSecret":
        return secret === undefined ? fail("ResourceNotFoundException") : [200, { Name: SecretId }];
      case "GetSecretValue":
        if (secret === undefined || secret.text === null) return fail("ResourceNotFoundException");
        return [200, { Name: SecretId, SecretString: secret.text, VersionStages: ["AWSCURRENT"] }];
      case "CreateSecret":
        if (secrets.has(Name)) return fail("ResourceExistsException");
        secrets.set(Name, { text: SecretString, tokens: new Set([ClientRequestToken]) });
        return [200, { Name, VersionId: ClientRequestToken }];
      case "PutSecretValue":
        if (secret === undefined) return fail("ResourceNotFoundException");
        secret.text = SecretString;
        secret.tokens.add(ClientRequestToken);
        return [200, { Name: SecretId, VersionId: ClientRequestToken, VersionStages: ["AWSCURRENT"] }];
      default:
        return fail("UnknownOperationException");
    }
  });
  return {
    ...server,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
    secrets,
    failNext: (status: number, type: string) => faults.push([status, type]),
    context: contextIn(import.meta.dirname, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "not-a-secret",
    }),
  };
}

describe("the AWS Secrets Manager sink", () => {
  test("makes a missing secret, then a version for each new content, and none for the same", async () => {
    await using aws = await startSecretsManager();
    const sink = openSink("aws:prod/billing", aws.context);
    await sink.check();
    expect(await sink.deliver(newKey, delivery)).toBe("made prod/billing");
    expect(await sink.deliver(newKey, delivery)).toBe("prod/billing already has it");
    aws.secrets.set("prod/billing", { text: "old", tokens: new Set() });
    expect(await sink.deliver(newKey, delivery)).toBe("wrote a new version of prod/billing");
    expect(aws.secrets.get("prod/billing")?.text === newKey.reveal()).toBe(true);
    for (const token of aws.secrets.get("prod/billing")?.tokens ?? [])
      expect(token).toMatch(/^[0-9a-f]{64}$/);
  });

  test("writes one field of a JSON secret and keeps the others", async () => {
    await using aws = await startSecretsManager();
    aws.secrets.set("prod/billing", { text: '{"user":"app","api_key":"old"}', tokens: new Set() });
    await openSink("aws:prod/billing#api_key", aws.context).deliver(newKey, delivery);
    const { api_key: written, ...rest } = JSON.parse(aws.secrets.get("prod/billing")?.text ?? "") as {
      readonly api_key: string;
    };
    expect(rest).toEqual({ user: "app" });
    expect(written === newKey.reveal()).toBe(true);
  });

  test("fills a secret that has no version yet", async () => {
    await using aws = await startSecretsManager();
    aws.secrets.set("prod/billing", { text: null, tokens: new Set() });
    const note = await openSink("aws:prod/billing", aws.context).deliver(newKey, delivery);
    expect(note).toBe("wrote a new version of prod/billing");
  });

  test("refuses to put a field into what is no JSON object, without quoting it", async () => {
    await using aws = await startSecretsManager();
    aws.secrets.set("prod/billing", { text: "p4ssw0rd", tokens: new Set() });
    const error = await openSink("aws:prod/billing#api_key", aws.context)
      .deliver(newKey, delivery)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SINK_REFUSED" });
    expect(String(error)).not.toContain("p4ssw0rd");
  });

  test.each([
    [400, "AccessDeniedException", "SINK_REFUSED"],
    [400, "ThrottlingException", "SINK_UNAVAILABLE"],
  ])("says what %i %s means", async (status, type, code) => {
    await using aws = await startSecretsManager();
    // As often as the SDK asks.
    aws.failNext(status, type);
    aws.failNext(status, type);
    const error = await openSink("aws:prod/billing", aws.context)
      .deliver(newKey, delivery)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining(type) });
    assertNoKey(String(error), [newKey]);
  });

  test("says what to install where the SDK is not", async () => {
    using directory = makeTemporaryDirectory();
    await expect(openSink("aws:prod/billing", contextIn(directory.path)).check()).rejects.toThrow(
      "npm install @aws-sdk/client-secrets-manager",
    );
  });

  test.each(["aws:a b", "aws:a#", "aws:a#b#c", "aws:#b"])("refuses %s", (target) => {
    expect(() => openSink(target, contextIn("/"))).toThrow("must be written as aws:");
  });
});
