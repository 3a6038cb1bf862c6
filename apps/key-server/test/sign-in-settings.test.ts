import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providersOf, redactWithin } from "@keywarden/key-format";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import * as z from "zod";
import { personOfClaims } from "../src/sign-in/person-of-claims.ts";
import { readSignIn } from "../src/sign-in/read-sign-in.ts";
import { signInSchema } from "../src/sign-in/sign-in-config.ts";
import { settingsFor, startForgingProvider } from "./forging-provider.ts";
import { makeServer } from "./make-server.ts";

test("while the identity provider cannot be reached, tokens still work, and /readyz and the sign-in say why", async () => {
  await using provider = await startForgingProvider();
  provider.isDown = true;
  await using alone = await makeServer({ signIn: settingsFor(provider.issuer) });
  const page = await alone.call("GET", "/console/sign-in", { token: null });
  expect(page.body).toMatch(/cannot reach the identity provider now\. A token still works/);
  expect(page.body).toContain("Sign in with Acme &lt;b&gt;SSO&lt;/b&gt;");
  const start = await alone.call("GET", "/console/oidc/start", { token: null });
  expect([start.statusCode, start.body.includes("cannot reach the identity provider")]).toEqual([503, true]);
  const ready = await alone.call("GET", "/readyz", { token: null });
  expect([ready.statusCode, ready.json()]).toMatchObject([200, { status: "ready", signIn: "failing" }]);
  const answer = await alone.app.http.inject({
    method: "POST",
    url: "/console/sign-in",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ token: await alone.tokenFor("reader") }).toString(),
  });
  expect(answer.statusCode).toBe(303);
  expect(alone.log.text).toContain("unreachable");

  provider.isDown = false;
  await using other = await makeServer({ signIn: settingsFor(provider.issuer) });
  expect((await other.call("GET", "/readyz")).json()).toMatchObject({ signIn: "ok" });
});

test.each([
  ["http://id.example.com", "https"],
  ["https://user@id.example.com", "https"],
  ["ftp://127.0.0.1", "https"],
])("an issuer %s is not taken", (issuer, says) => {
  expect(() => settingsFor(issuer)).toThrow(says);
});

test("docs/ has the schema of the settings", () => {
  const schema = readFileSync(new URL("../../../docs/keywarden-oidc.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(schema)).toEqual(z.toJSONSchema(signInSchema, { io: "input" }));
});

const settings = {
  issuer: "https://id.example.com",
  clientId: "keywarden",
  publicUrl: "https://keys.example.com",
  roles: [{ claim: "groups", value: "a", role: "reader" }],
};

test("the settings are a file, whose secret is a file beside it that others cannot read", async () => {
  using place = makeTemporaryDirectory();
  const [file, secretFile] = [join(place.path, "oidc.json"), join(place.path, "oidc-secret")];
  writeFileSync(file, JSON.stringify({ ...settings, clientSecretFile: "oidc-secret" }));
  await expect(readSignIn(file)).rejects.toThrow("oidc-secret cannot be read");
  writeFileSync(secretFile, "confidential\n", { mode: 0o644 });
  await expect(readSignIn(file)).rejects.toThrow("chmod 0600");
  chmodSync(secretFile, 0o640);
  expect(await readSignIn(file)).toMatchObject({ clientSecret: "confidential", clockSkewSeconds: 30 });
  writeFileSync(file, JSON.stringify(settings));
  expect(await readSignIn(file)).toMatchObject({ clientSecret: null });
});

test.each([
  ["an unknown field", { secret: "x" }, "secret"],
  ["no rule", { roles: [] }, "roles"],
  ["a role that is none", { roles: [{ claim: "a", value: "b", role: "root" }] }, "role"],
  ["limits that limit nothing", { roles: [{ claim: "a", value: "b", role: "admin", limits: {} }] }, "limit"],
  ["an address below a path", { publicUrl: "https://example.com/keys" }, "without a path"],
  ["no openid", { scopes: ["email"] }, "openid"],
])("settings with %s are refused, and the file is named", async (_what, wrong, says) => {
  using place = makeTemporaryDirectory();
  const file = join(place.path, "oidc.json");
  writeFileSync(file, JSON.stringify({ ...settings, ...wrong }));
  await expect(readSignIn(file)).rejects.toThrow(/^--oidc: .*oidc\.json/);
  await expect(readSignIn(file)).rejects.toThrow(says);
});

test("a random subject in which the beginning of a public format stands by chance is let in, as the same person each time", () => {
  const { providers } = providersOf([]);
  const subjects = Array.from({ length: 20_000 }, (_, index) =>
    createHash("sha256").update(`${index}`).digest("base64url"),
  );
  const unlucky = subjects.filter((sub) => redactWithin(sub, providers) !== sub);
  expect(unlucky.length).toBeGreaterThan(1);
  const { issuer, roles } = signInSchema.parse(settings);
  const ids = [...unlucky, "ann"].map((sub) => {
    const found = personOfClaims({ sub, groups: "a" }, { issuer, roles }, []);
    return found.ok ? found.person.id : found.says;
  });
  for (const id of ids.slice(0, -1)) {
    expect(id).toMatch(/^https:\/\/id\.example\.com#sha256-[0-9a-f]{64}$/);
    expect(redactWithin(id, providers)).toBe(id);
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.at(-1)).toBe("https://id.example.com#ann");
});
