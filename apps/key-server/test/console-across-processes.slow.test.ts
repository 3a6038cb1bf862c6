import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, onTestFinished, test } from "vitest";
import { clientSecret } from "./forging-provider.ts";
import { startIdentityProvider } from "./start-identity-provider.ts";
import { startServers, withoutPostgres, type SharingServer } from "./start-servers.ts";
import { makeWalker, walkSignIn } from "./walk-sign-in.ts";

const send = (
  { url }: SharingServer,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  fetch(`${url}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
    redirect: "manual",
  });
const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

test.skipIf(withoutPostgres !== "")(
  `a session is known to every server on one PostgreSQL, and ended on all of them at once${withoutPostgres}`,
  async () => {
    const [one, other] = await startServers(2);
    if (one === undefined || other === undefined) throw new Error("two servers were asked for");
    const look = async ({ url }: SharingServer, cookie: string) =>
      fetch(`${url}/console`, { headers: { cookie }, redirect: "manual" });

    const cookie = cookieOf(await send(one, "/console/sign-in", { token: one.token.reveal() }));
    const page = await look(other, cookie);
    expect(page.status).toBe(200);
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    // A form that one server wrote is taken by the other, and what it changed is known to the first.
    expect((await send(one, "/console/unlock", { csrf, back: "/console" }, { cookie })).status).toBe(303);
    expect(await (await look(other, cookie)).text()).toContain("Lock changes");

    expect((await send(other, "/console/sign-out", { csrf }, { cookie })).status).toBe(303);
    expect([(await look(one, cookie)).status, (await look(other, cookie)).status]).toEqual([303, 303]);

    const made = await fetch(`${one.url}/console/sign-in-links`, {
      method: "POST",
      headers: { authorization: `Bearer ${one.token.reveal()}` },
    });
    const { path } = (await made.json()) as { path: string };
    const link = new URL(path, one.url).searchParams.get("link") ?? "";
    const used = await Promise.all(
      [other, one, other, one].map((server) => send(server, "/console/sign-in", { link })),
    );
    expect(used.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      303, 401, 401, 401,
    ]);
  },
);

test.skipIf(withoutPostgres !== "")(
  `a person begins to sign in on one server, arrives on another, and is known to both${withoutPostgres}`,
  async () => {
    const provider = await startIdentityProvider({ ann: { name: "Ann Lee", groups: ["admins"] } });
    onTestFinished(() => provider[Symbol.asyncDispose]());
    const place = makeTemporaryDirectory();
    onTestFinished(() => place.remove());
    const file = join(place.path, "oidc.json");
    const write = (publicUrl: string): void =>
      writeFileSync(
        file,
        JSON.stringify({
          issuer: provider.issuer,
          clientId: "keywarden",
          clientSecretFile: "oidc-secret",
          publicUrl,
          roles: [{ claim: "groups", value: "admins", role: "admin" }],
        }),
      );
    writeFileSync(join(place.path, "oidc-secret"), clientSecret.reveal());
    chmodSync(join(place.path, "oidc-secret"), 0o600);
    write("http://127.0.0.1:1");
    const [one, other] = await startServers(2, { KEYWARDEN_OIDC: file });
    if (one === undefined || other === undefined) throw new Error("two servers were asked for");
    // Only now it is known where they listen.
    write(other.url);
    await provider.expect(other.url);
    for (const { program } of [one, other]) {
      process.kill(program.processId, "SIGHUP");
      await expect.poll(() => program.log()).toContain("sign-in and secrets again");
    }

    const ann = makeWalker();
    const arrived = await walkSignIn(ann, `${one.url}/console/oidc/start`, "ann");
    expect([new URL(arrived.url).origin, arrived.status]).toEqual([other.url, 200]);
    const page = await ann.go(`${one.url}/console/audit`);
    expect(page.body).toContain("person:Ann Lee");
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? "";
    await ann.go(`${one.url}/console/sign-out`, { csrf });
    expect((await ann.go(`${other.url}/console/audit`)).url).toContain("/console/sign-in");
    for (const { program } of [one, other]) expect(program.log()).not.toContain(clientSecret.reveal());
  },
);

test.skipIf(withoutPostgres !== "")(
  `a link to a tenant's page opens once, whichever server is asked${withoutPostgres}`,
  async () => {
    const place = makeTemporaryDirectory();
    onTestFinished(() => place.remove());
    const file = join(place.path, "embed-secret");
    writeFileSync(file, "0123456789abcdef".repeat(4), { mode: 0o600 });
    const servers = await startServers(2, {
      KEYWARDEN_EMBED_SECRET: file,
      KEYWARDEN_EMBED_ORIGINS: "https://app.acme.com",
    });
    const [one] = servers;
    if (one === undefined) throw new Error("two servers were asked for");
    const made = await fetch(`${one.url}/embed/links`, {
      method: "POST",
      headers: { authorization: `Bearer ${one.token.reveal()}`, "content-type": "application/json" },
      body: JSON.stringify({ provider: "azotte", tenant: "tenant_dev_1" }),
    });
    const { path } = (await made.json()) as { path: string };
    const answers = await Promise.all(
      [...servers, ...servers, ...servers].map(({ url }) => fetch(`${url}${path}`)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([200, 403, 403, 403, 403, 403]);
  },
);
