import { generateKeyPairSync, verify, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test, vi } from "vitest";
import { listen } from "./listen.ts";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

const name = "projects/my-project/secrets/billing";

/** Whether a service account signed the token that it presents, as Google's libraries have it do. */
function isSigned(authorization: string | undefined, publicKey: KeyObject): boolean {
  const [header = "", claims = "", signature = ""] = (authorization ?? "").replace(/^Bearer /, "").split(".");
  const text = Buffer.from(`${header}.${claims}`);
  return verify("RSA-SHA256", text, publicKey, Buffer.from(signature, "base64url"));
}

/** The part of Secret Manager that the sink talks to, as its REST protocol has it. */
async function startSecretManager() {
  const versions = new Map<string, string[]>([[name, []]]);
  const faults: number[] = [];
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const fail = (status: number, words: string): readonly [number, unknown] => [
    status,
    { error: { code: status, message: `${words} it is`, status: words } },
  ];
  const server = await listen(({ method, path, headers, text }) => {
    const fault = faults.shift();
    if (fault !== undefined) return fail(fault, fault === 403 ? "PERMISSION_DENIED" : "UNAVAILABLE");
    if (!isSigned(headers.authorization, publicKey)) return fail(401, "UNAUTHENTICATED");
    const [, secret = "", rest = ""] = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:?]+)([^?]*)/.exec(path) ?? [];
    const found = versions.get(secret);
    if (found === undefined) return fail(404, "NOT_FOUND");
    if (method === "GET" && rest === "") return [200, { name: secret }];
    if (method === "GET" && rest === "/versions/latest:access") {
      const data = found.at(-1);
      return data === undefined
        ? fail(404, "NOT_FOUND")
        : [200, { name: `${secret}/versions/${found.length}`, payload: { data } }];
    }
    if (method === "POST" && rest === ":addVersion") {
      const { payload } = JSON.parse(text) as { readonly payload: { readonly data: string } };
      found.push(payload.data);
      return [200, { name: `${secret}/versions/${found.length}`, state: "ENABLED" }];
    }
    return fail(404, "NOT_FOUND");
  });
  const directory = makeTemporaryDirectory();
  const credentials = join(directory.path, "credentials.json");
  writeFileSync(
    credentials,
    JSON.stringify({
      type: "service_account",
      project_id: "my-project",
      private_key_id: "1",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: "rotation@my-project.iam.gserviceaccount.com",
      client_id: "1",
      token_uri: `${server.url}/token`,
    }),
  );
  // Google's library finds the account by itself, in the environment of the process.
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", credentials);
  return {
    [Symbol.asyncDispose]: async () => {
      vi.unstubAllEnvs();
      await server[Symbol.asyncDispose]();
      directory.remove();
    },
    versions: () => (versions.get(name) ?? []).map((data) => Buffer.from(data, "base64").toString()),
    put: (text: string) => versions.get(name)?.push(Buffer.from(text).toString("base64")),
    failNext: (status: number) => faults.push(status),
    context: contextIn(import.meta.dirname, {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: server.url,
    }),
  };
}

describe("the Google Cloud Secret Manager sink", () => {
  test("adds a version for new content, and none for the same", async () => {
    await using google = await startSecretManager();
    const sink = openSink("gcp:my-project/billing", google.context);
    await sink.check();
    expect(await sink.deliver(newKey, delivery)).toBe("wrote version 1 of my-project/billing");
    expect(await sink.deliver(newKey, delivery)).toBe("my-project/billing already has it");
    expect(google.versions().map((text) => text === newKey.reveal())).toEqual([true]);
  });

  test("writes one field of a JSON secret and keeps the others", async () => {
    await using google = await startSecretManager();
    google.put('{"user":"app"}');
    await openSink("gcp:my-project/billing#api_key", google.context).deliver(newKey, delivery);
    const { api_key: written, ...rest } = JSON.parse(google.versions().at(-1) ?? "") as { api_key: string };
    expect(rest).toEqual({ user: "app" });
    expect(written === newKey.reveal()).toBe(true);
  });

  test("says before anything is made that a secret is not there or may not be seen", async () => {
    await using google = await startSecretManager();
    await expect(openSink("gcp:my-project/other", google.context).check()).rejects.toThrow("NOT_FOUND");
    google.failNext(403);
    const error = await openSink("gcp:my-project/billing", google.context)
      .deliver(newKey, delivery)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "SINK_REFUSED",
      message: expect.stringContaining("PERMISSION_DENIED"),
    });
    assertNoKey(String(error), [newKey]);
  });

  test.each(["gcp:billing", "gcp:my-project/billing/1", "gcp:my-project/billing#", "gcp:my project/b"])(
    "refuses %s",
    (target) => {
      expect(() => openSink(target, contextIn("/"))).toThrow("must be written as gcp:");
    },
  );
});
