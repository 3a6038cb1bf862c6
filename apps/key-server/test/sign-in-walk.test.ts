import { expect, onTestFinished, test } from "vitest";
import { settingsFor } from "./forging-provider.ts";
import { makeServer } from "./make-server.ts";
import { listen } from "./open-browser.ts";
import { startIdentityProvider } from "./start-identity-provider.ts";
import { makeWalker, walkSignIn } from "./walk-sign-in.ts";

test("a real provider signs people in and out, and lets nobody use a code twice", async () => {
  const provider = await startIdentityProvider({
    ann: { name: "Ann Lee", email: "ann@acme.com", email_verified: true, groups: ["keywarden-admins"] },
    bob: { name: "Bob", groups: ["staff"] },
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const server = await makeServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const publicUrl = await listen(server);
  await provider.expect(publicUrl);
  const signIn = settingsFor(provider.issuer, { publicUrl });
  await server.app.reload({ channels: [], countryOf: undefined, policy: null, signIn });

  const ann = makeWalker();
  const arrived = await walkSignIn(ann, `${publicUrl}/console/oidc/start?back=%2Fconsole%2Faudit`, "ann");
  expect([arrived.status, arrived.body]).toEqual([200, expect.stringContaining("You are signed in")]);
  const page = await ann.go(`${publicUrl}/console/audit`);
  for (const word of ["Ann Lee", "person:ann@acme.com", "console.signed_in"])
    expect(page.body).toContain(word);
  const callback = ann.visited.find((url) => url.includes("/oidc/callback?")) ?? "";
  expect((await ann.go(callback)).body).toContain("not begun in this browser, or is over");

  const bob = await walkSignIn(makeWalker(), `${publicUrl}/console/oidc/start`, "bob");
  expect([bob.status, bob.body]).toEqual([403, expect.stringContaining("have no access here")]);

  // With the cookie of the browser the code comes once and again: the provider itself takes it once.
  const begun = await fetch(`${publicUrl}/console/oidc/start`, { redirect: "manual" });
  const carol = makeWalker();
  await walkSignIn(carol, begun.headers.get("location") ?? "", "ann");
  const brought = carol.visited.find((url) => url.includes("/oidc/callback?")) ?? "";
  const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const bring = async () => (await fetch(brought, { headers: { cookie } })).text();
  expect(await bring()).toContain("You are signed in");
  expect(await bring()).toContain("was used already or is too old");

  const csrf = /name="csrf" value="([^"]+)"/.exec((await ann.go(`${publicUrl}/console`)).body)?.[1] ?? "";
  const out = await ann.go(`${publicUrl}/console/sign-out`, { csrf });
  expect(out.body).toContain(`href="${provider.issuer}/session/end?post_logout_redirect_uri=`);
  expect((await ann.go(`${publicUrl}/console`)).url).toBe(`${publicUrl}/console/sign-in`);
});
