import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { settingsFor } from "./forging-provider.ts";
import { makeServer, type TestServer } from "./make-server.ts";
import { expectAccessible, listen, noBrowser, openBrowser, openPage } from "./open-browser.ts";
import { startIdentityProvider, type StartedProvider } from "./start-identity-provider.ts";

const hostile = `<img src=x onerror="document.title='owned'">`;
let provider: StartedProvider;
let server: TestServer;
let browser: Browser;
let url: string;

beforeAll(async () => {
  if (noBrowser !== "") return;
  provider = await startIdentityProvider({
    ann: { name: "Ann Lee", email: "ann@acme.com", email_verified: true, groups: ["keywarden-admins"] },
    eve: { name: hostile, email: `${"x".repeat(150)}@acme.com`, groups: ["keywarden-admins"] },
    tom: { name: "Tom", groups: ["tenants"], tenant: ["tenant_dev_1"] },
    bob: { name: "Bob", groups: ["staff"] },
  });
  server = await makeServer();
  // Two names of this machine are two sites to a browser, as the provider and the server are in real life.
  url = (await listen(server)).replace("127.0.0.1", "localhost");
  await provider.expect(url);
  const signIn = settingsFor(provider.issuer, { publicUrl: url, name: "Acme" });
  await server.app.reload({ channels: [], countryOf: undefined, policy: null, signIn });
  browser = await openBrowser();
});
afterAll(async () => {
  if (noBrowser !== "") return;
  await browser.close();
  await server[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(browser, { baseURL: url, ...options });
  onTestFinished(() => page.context().close());
  return page;
}

/** Does what a person does at the provider, who is asked for a name and a password and then for consent. */
async function signIn(page: Page, name: string, path = "/console"): Promise<void> {
  await page.goto(path);
  await page.getByRole("link", { name: "Sign in with Acme" }).click();
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("button[type=submit]").click();
}

const pathOf = (page: Page): string => new URL(page.url()).pathname;

describe.skipIf(noBrowser !== "")(`signing in by a real provider in a real browser${noBrowser}`, () => {
  it.each([
    ["with script", {}],
    ["without script", { javaScriptEnabled: false }],
    ["on a phone", { viewport: { width: 360, height: 740 }, isMobile: true }],
    ["in the dark", { colorScheme: "dark" as const }],
  ])(
    "leads from the page that was asked for to the provider, back to it, and out of both, %s",
    async (_how, how) => {
      const { key } = await server.issue("aforo", "secret", "production", { name: "billing" });
      const page = await open(how);
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (page.url().startsWith(url)) complaints.push(message.text());
      });
      const hasScript = !("javaScriptEnabled" in how);
      await page.goto(`/console/keys/${key.id}`);
      if (hasScript) await expectAccessible(page);
      await signIn(page, "ann", `/console/keys/${key.id}`);
      await expect.poll(() => pathOf(page)).toBe(`/console/keys/${key.id}`);
      expect(await page.locator("h1").textContent()).toBe("billing");
      await page.getByRole("banner").getByRole("button", { name: "Unlock changes" }).click();
      await page.getByRole("link", { name: "Disable" }).click();
      await page.getByRole("button", { name: /Disable/ }).click();
      await page.goto(`/console/keys/${key.id}/log`);
      expect(await page.locator("main").textContent()).toMatch(/key\.disabled[\s\S]*person:ann@acme\.com/);
      if (hasScript) await expectAccessible(page);

      await page.getByRole("button", { name: "Sign out" }).click();
      await expect.poll(() => page.locator("main").textContent()).toContain("You are signed");
      if (hasScript) await expectAccessible(page);
      await page.getByRole("link", { name: "Sign out of Acme, too" }).click();
      await page.locator("button[name=logout]").click();
      await expect.poll(() => pathOf(page)).toBe("/console/sign-in");
      await page.goto("/console");
      expect(pathOf(page)).toBe("/console/sign-in");
      expect(complaints).toEqual([]);
    },
  );

  it("says to whom no rule gives access that there is none, and lets them try as somebody else", async () => {
    const page = await open();
    await signIn(page, "bob");
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("have no access here");
    await expectAccessible(page);
    await page.getByRole("link", { name: "Sign out of Acme, too" }).click();
    await page.locator("button[name=logout]").click();
    await signIn(page, "ann");
    await expect.poll(() => pathOf(page)).toBe("/console");
  });

  it("shows hostile names as text, and long ones without breaking the page", async () => {
    for (const width of [360, 1440]) {
      const page = await open({ viewport: { width, height: 800 } });
      await signIn(page, "eve");
      await expect.poll(() => pathOf(page)).toBe("/console");
      await page.getByRole("banner").getByRole("button", { name: "Unlock changes" }).click();
      for (const path of ["/console", "/console/audit", "/console/tokens"]) {
        await page.goto(path);
        expect(await page.title()).not.toContain("owned");
        expect(await page.locator("img").count()).toBe(0);
        expect(await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth")).toBe(false);
        await expectAccessible(page);
      }
    }
  });

  it("shows a person with limits their own keys, and no way to the others", async () => {
    const restrictions = { tenant: "tenant_dev_1" };
    const own = await server.issue("azotte", "secret", "development", { name: "toms", restrictions });
    const page = await open();
    await signIn(page, "tom", "/console/keys");
    await expect.poll(() => pathOf(page)).toBe("/console/keys");
    const text = await page.locator("main").textContent();
    expect([text?.includes("toms"), text?.includes("billing")]).toEqual([true, false]);
    expect(await page.locator(".side nav").textContent()).not.toMatch(/Audit|Tokens/);
    await expectAccessible(page);
    await page.goto(`/console/keys/${own.key.id}/log`);
    expect(await page.locator("main").textContent()).toContain("key.created");
  });
});
