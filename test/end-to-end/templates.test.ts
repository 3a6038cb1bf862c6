import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeInventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { programOf, runBuilt } from "./run-built.ts";

const templates = fileURLToPath(new URL("../../templates/", import.meta.url));
afterEach(() => vi.unstubAllEnvs());

interface Version {
  readonly text: string | null;
  readonly stages: Set<string>;
}

type Request = Readonly<Record<string, string>> & { readonly VersionStages?: readonly string[] };

/** Secrets with versions and stages, in Secrets Manager's own protocol, and the order of its rotations. */
async function startSecretsManager() {
  const secrets = new Map<string, Map<string, Version>>();
  const faults: string[] = [];
  const answer = (action: string, request: Request): readonly [number, unknown] => {
    const versions = secrets.get(request["SecretId"] ?? "");
    const missing = [400, { __type: "ResourceNotFoundException", message: "not there" }] as const;
    if (versions === undefined) return missing;
    const { VersionId, VersionStage, ClientRequestToken = "", SecretString = "" } = request;
    switch (action) {
      case "DescribeSecret":
        return [
          200,
          {
            RotationEnabled: true,
            VersionIdsToStages: Object.fromEntries(
              [...versions].map(([id, { stages }]) => [id, [...stages]]),
            ),
          },
        ];
      case "GetSecretValue": {
        const found = [...versions].find(
          ([id, { stages, text }]) =>
            text !== null && (VersionId ?? id) === id && stages.has(VersionStage ?? "AWSCURRENT"),
        );
        return found === undefined ? missing : [200, { VersionId: found[0], SecretString: found[1].text }];
      }
      case "PutSecretValue":
        versions.set(ClientRequestToken, { text: SecretString, stages: new Set(request.VersionStages) });
        return [200, {}];
      case "UpdateSecretVersionStage": {
        for (const { stages } of versions.values()) stages.delete("AWSPREVIOUS");
        const old = versions.get(request["RemoveFromVersionId"] ?? "");
        old?.stages.delete("AWSCURRENT");
        old?.stages.add("AWSPREVIOUS");
        versions
          .get(request["MoveToVersionId"] ?? "")
          ?.stages.add("AWSCURRENT")
          .delete("AWSPENDING");
        return [200, {}];
      }
      default:
        return [400, { __type: "UnknownOperationException" }];
    }
  };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const action = String(request.headers["x-amz-target"]).replace("secretsmanager.", "");
      const isBroken = faults[0] === action && faults.shift() !== undefined;
      const [status, body] = isBroken
        ? [400, { __type: "InvalidRequestException", message: "broken" }]
        : answer(action, JSON.parse(text) as Request);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext: (action: string) => faults.push(action),
    put: (id: string, text: string) =>
      secrets.set(id, new Map([["version-0", { text, stages: new Set(["AWSCURRENT"]) }]])),
    pend: (id: string, token: string) =>
      secrets.get(id)?.set(token, { text: null, stages: new Set(["AWSPENDING"]) }),
    current: (id: string) =>
      JSON.parse(
        [...(secrets.get(id)?.values() ?? [])].find(({ stages }) => stages.has("AWSCURRENT"))?.text ?? "null",
      ) as {
        readonly api_key: string;
        readonly key_id: string;
        readonly note: string;
      },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("the Lambda handler", () => {
  test("takes a secret through AWS's four steps, twice, and ends each key one rotation later", async () => {
    using directory = makeTemporaryDirectory();
    await using aws = await startSecretsManager();
    const server = await startKeyServer({
      file: programOf("key-server"),
      directory: directory.path,
      env: process.env,
    });
    try {
      const client = makeInventoryClient({ baseUrl: server.url, token: server.token });
      const first = await client.create({
        provider: "aforo",
        name: "billing",
        kind: "secret",
        environment: "production",
        tags: ["shop"],
      });
      aws.put("token", server.token.reveal());
      aws.put(
        "billing",
        JSON.stringify({ api_key: first.secret.reveal(), key_id: first.key.id, note: "kept" }),
      );
      const settings = {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "not-a-secret",
        KEYWARDEN_SERVER: server.url,
        KEYWARDEN_TOKEN_SECRET: "token",
        SAMPLE_PATH: "/aforo/v1/entitlements/rotation",
      };
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
      const { handler } = (await import(join(templates, "aws-lambda", "index.mjs"))) as {
        readonly handler: (event: object) => Promise<void>;
      };
      const step = (Step: string, ClientRequestToken: string) =>
        handler({ SecretId: "billing", ClientRequestToken, Step });
      const rotate = async (token: string): Promise<void> => {
        aws.pend("billing", token);
        await step("createSecret", token);
        // AWS repeats steps; a repeated one makes no second key.
        await step("createSecret", token);
        for (const name of ["setSecret", "testSecret", "finishSecret"]) await step(name, token);
      };
      const stateOf = async (id: string) => (await client.show(id)).state;

      // The first try makes a key that it cannot keep: that one is revoked again.
      aws.pend("billing", "11111111-rotation-one-with-32-characters");
      aws.breakNext("PutSecretValue");
      await expect(step("createSecret", "11111111-rotation-one-with-32-characters")).rejects.toThrow(
        "broken",
      );
      await rotate("11111111-rotation-one-with-32-characters");
      const second = aws.current("billing");
      expect(second.note).toBe("kept");
      expect([await stateOf(first.key.id), await stateOf(second.key_id)]).toEqual(["active", "active"]);
      expect((await client.show(second.key_id)).tags).toEqual(["shop"]);

      await rotate("22222222-rotation-two-with-32-characters");
      const third = aws.current("billing");
      const states = [first.key.id, second.key_id, third.key_id].map(stateOf);
      expect(await Promise.all(states)).toEqual(["revoked", "active", "active"]);

      await rotate("33333333-rotation-three-with-32-charac");
      const fourth = aws.current("billing");
      const { keys } = await client.list({ provider: "aforo", state: "active", limit: 1000 });
      expect(keys.map(({ id }) => id)).toEqual([third.key_id, fourth.key_id]);
    } finally {
      await server.program.stop();
    }
  });
});

describe("the other templates", () => {
  const lines = readdirSync(templates, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(service|yml|yaml)$/.test(entry.name))
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      const shell = [
        ...text.matchAll(/(?:npx --no-install keywarden|^ExecStart=.*\/keywarden\/dist\/main\.js) (.*)$/gm),
      ].map(([, line = ""]) => line);
      const list = /^ +args: (\[.*\])$/m.exec(text)?.[1];
      return [
        ...shell.map((line) => line.split(" ").map((word) => word.replaceAll('"', ""))),
        ...(list === undefined ? [] : [JSON.parse(list) as readonly string[]]),
      ].map((args) => [entry.name, args] as const);
    });

  test("are four", () => {
    expect(lines.map(([name]) => name).sort()).toEqual([
      "job.yaml",
      "keywarden-resume.service",
      "keywarden-rotate.service",
      "rotate-key.yml",
    ]);
  });

  test.each(lines)("%s calls keywarden with flags and places that it knows", async (_, args) => {
    using directory = makeTemporaryDirectory();
    const env = { PATH: process.env["PATH"], KEYWARDEN_STATE: directory.path };
    const { stdout, stderr } = await runBuilt("cli", args, { directory: directory.path, env });
    expect(stdout + stderr).toMatch(/^(keywarden: Which server\?|No unfinished rotation on this machine)/);
  });
});
