import { Secret } from "@keywarden/key-format";
import { assertNoKey } from "@keywarden/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { listen, noBrowser, openBrowser, openConsole } from "./open-browser.ts";

const seconds = 1000;
const hours = 3600 * seconds;
let server: TestServer;
let browser: Browser;
let url: string;

beforeAll(async () => {
  if (noBrowser !== "") return;
  server = await makeServer();
  browser = await openBrowser();
  url = await listen(server);
});
afterAll(async () => {
  if (noBrowser !== "") return;
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const open = async (options: Parameters<typeof openConsole>[3] = {}): Promise<Page> =>
  openConsole(browser, url, await server.tokenFor("admin"), options);

/** Fills the form of a new key, reads the one display of it and goes on to its page. */
async function create(page: Page, button: string, fields: Readonly<Record<string, string>>): Promise<Secret> {
  await page.getByRole("link", { name: button }).click();
  for (const [label, value] of Object.entries(fields)) {
    const field = page.getByLabel(label, { exact: true });
    if ((await field.getAttribute("type")) === null) await field.selectOption(value);
    else await field.fill(value);
  }
  await page.getByRole("button", { name: button }).click();
  return stored(page);
}

async function stored(page: Page, next = "I have stored it: go on"): Promise<Secret> {
  const secret = new Secret((await page.locator("code.key").textContent()) ?? "");
  await page.getByText(next).click();
  return secret;
}

async function rotate(page: Page): Promise<Secret> {
  await page.getByRole("link", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Show the new key" }).click();
  return stored(page);
}

/** Goes on from the page of a rotation to the key that it made. */
async function newKey(page: Page): Promise<void> {
  await page
    .locator("div", { has: page.getByText("New key", { exact: true }) })
    .getByRole("link")
    .last()
    .click();
}

async function revoke(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Revoke" }).click();
  await page.getByLabel(`Type ${name}`).fill(name);
  await page.getByRole("button", { name: "Revoke at once" }).click();
  await expect.poll(() => page.getByText("This key has ended").isVisible()).toBe(true);
}

async function opens(key: Secret, facts: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
  const body = { key: key.reveal(), ip: "10.0.0.1", ...facts };
  return (await server.call("POST", "/v1/keys/verify", { body })).json<{ valid: boolean }>().valid;
}

async function says(page: Page, text: string | RegExp): Promise<void> {
  await expect.poll(() => page.locator("main").textContent()).toMatch(text);
}

/** Looks at all that the console has, for keys that were shown once. */
async function expectForgotten(page: Page, keys: readonly Secret[]): Promise<void> {
  const here = new URL(page.url()).pathname;
  for (const path of [
    "/console",
    "/console/keys",
    "/console/audit",
    "/console/alerts",
    here,
    `${here}/log`,
  ]) {
    await page.goto(path);
    assertNoKey(await page.content(), keys);
  }
  assertNoKey(server.log.text, keys);
}

describe.skipIf(noBrowser !== "")(`the journey of a document${noBrowser}`, () => {
  it("Aforo: create, copy once, alert, rotate within 300 seconds, revoke at once", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Aforo" }).click();
    await says(page, "Admin Panel → API Keys");
    const first = await create(page, "Create API Key", {
      "Descriptive name": "prod-key",
      Environment: "production",
      "Product scope": "metering",
      "Specific IP ranges": "10.0.0.0/8",
    });
    expect(first.reveal()).toMatch(/^sk_live_\w{40}$/);
    expect(await opens(first, { product: "metering" })).toBe(true);
    expect(await opens(first, { product: "metering", ip: "192.0.2.1" })).toBe(false);

    await page.goto("/aforo/admin/api-keys");
    await page.getByRole("link", { name: "Alerts", exact: true }).last().click();
    await page.getByRole("link", { name: "add an alert: prod-key" }).click();
    await page.getByLabel("More than so many").fill("1000");
    await page.getByRole("button", { name: "Add the alert" }).click();
    await says(page, "More than 1,000 requests a minute");
    await page.getByRole("link", { name: "Add an alert" }).click();
    await page.getByLabel("Or: from outside of these IP ranges").fill("10.0.0.0/8");
    await page.getByRole("button", { name: "Add the alert" }).click();
    await says(page, "Called from outside of 10.0.0.0/8");

    const second = await rotate(page);
    await says(page, /The old one works for another\s+(4m|5m 00s)/);
    const bound = { product: "metering" };
    expect([await opens(first, bound), await opens(second, bound)]).toEqual([true, true]);
    server.clock.advance(300 * seconds + 1);
    await server.app.carryOutRotations();
    expect([await opens(first, bound), await opens(second, bound)]).toEqual([false, true]);
    await page.reload();
    await says(page, "the old one has ended");
    await newKey(page);
    await revoke(page, "prod-key");
    expect(await opens(second, bound)).toBe(false);
    await expectForgotten(page, [first, second]);
  });

  it("Aero2: list, create both types, rotate within 24 hours, read the audit log, revoke", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Aero2" }).click();
    const open1 = await create(page, "Create key", { "Descriptive name": "web", "Key type": "publishable" });
    expect(open1.reveal()).toMatch(/^pk_live_/);
    await page.goto("/aero2/dashboard/api-keys");
    const first = await create(page, "Create key", { "Descriptive name": "server", "Key type": "secret" });
    const second = await rotate(page);
    await says(page, /The old one works for another\s+(23h|24h)/);
    server.clock.advance(23 * hours);
    expect([await opens(first), await opens(second)]).toEqual([true, true]);
    server.clock.advance(hours + 1);
    expect([await opens(first), await opens(second)]).toEqual([false, true]);

    await page.goto("/console/sign-in");
    const later = await open();
    await later.goto("/aero2/dashboard/api-keys/audit");
    await later.getByRole("link", { name: "see its log: server" }).click();
    await says(later, "key.rotated");
    await later.goto("/aero2/dashboard/api-keys/audit");
    await says(later, "key.rotated");
    await later.goto("/aero2/dashboard/api-keys");
    await later.getByRole("link", { name: "server", exact: true }).click();
    await revoke(later, "server");
    expect(await opens(second)).toBe(false);
    await expectForgotten(later, [first, second]);
  });

  it("Example, without script: create, copy, restrict by address, referrer and endpoint, revoke", async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.getByRole("link", { name: "Example" }).click();
    await says(page, "Settings → API Keys");
    const key = await create(page, "Create New API Key", {
      "Descriptive name": "Production Key",
      Environment: "production",
    });
    expect(key.reveal()).toMatch(/^sk_live_/);
    expect(await opens(key, { method: "GET", path: "/v1/users/usr_123" })).toBe(true);
    await page.getByRole("link", { name: "Edit and restrict" }).click();
    await page.getByLabel("IP address").fill("10.0.0.0/8");
    await page.getByLabel("Referrer URL").fill("https://app.example.com");
    await page.getByLabel("Specific API endpoints").fill("GET /v1/users/*");
    await page.getByRole("button", { name: "Save" }).click();
    await says(page, "Nothing is changed yet.");
    await says(page, "From which addresses it is called is not counted");
    await page.getByRole("button", { name: "Save" }).click();
    await says(page, /What it is[^]*https:\/\/app\.example\.com/);
    const from = { method: "GET", path: "/v1/users/usr_123", referrer: "https://app.example.com/" };
    expect(await opens(key, from)).toBe(true);
    for (const wrong of [
      { ip: "192.0.2.1" },
      { path: "/v1/api-keys" },
      { referrer: "https://evil.example/" },
    ])
      expect(await opens(key, { ...from, ...wrong })).toBe(false);
    await page.goto("/example/settings/api-keys");
    await page.getByRole("link", { name: /Rotate API keys every 90 days/ }).click();
    expect(new URL(page.url()).searchParams.get("q")).toBe("age>90d !status:revoked,expired");
    await page.goto("/example/settings/api-keys");
    await says(page, /Troubleshooting\s+401 Unauthorized/);
    await page.goto("/example/settings/api-keys");
    await page.getByRole("link", { name: "Production Key" }).click();
    await revoke(page, "Production Key");
    expect(await opens(key)).toBe(false);
    await expectForgotten(page, [key]);
  });

  it("Azotte: generate with type and permissions, watch its use, move on and deactivate the old key", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Azotte" }).click();
    await says(page, "Azotte Portal → Developer Settings");
    await page.getByRole("link", { name: "Generate New API Key" }).click();
    await page.getByLabel("Descriptive name").fill("portal");
    await page.getByLabel("Key type").selectOption("secret");
    await page.getByLabel("Environment").selectOption("production");
    await page.getByLabel("View subscriptions").check();
    await page.getByLabel("Retrieve bundles and pricing").check();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    const first = await stored(page);
    await says(page, "subscriptions:read, bundles:read");
    expect(await opens(first, { permission: "bundles:read" })).toBe(true);
    expect(await opens(first, { permission: "payments:process" })).toBe(false);
    server.clock.advance(2 * seconds);
    await page.goto("/azotte/developer-settings/usage");
    await says(page, /2 requests\s+(?:in 24 hours|since [^,]+), 50\.0 % refused/);
    await page.getByRole("link", { name: "see its use: portal" }).click();
    await says(page, /2 requests\s+(?:in 24 hours|since )/);
    await page.goto("/azotte/developer-settings/usage");
    await page.getByRole("link", { name: "Security monitoring" }).click();
    await says(page, /Nothing was noticed|Severity/);
    await page.getByRole("link", { name: "Developer Settings", exact: true }).click();
    await page.getByRole("link", { name: "portal" }).click();
    const second = await rotate(page);
    expect([await opens(first), await opens(second)]).toEqual([false, true]);
    await newKey(page);
    await revoke(page, "portal");
    expect(await opens(second)).toBe(false);
    await expectForgotten(page, [first, second]);
  });

  it("Aurora Solar: one standard key a tenant, restricted keys for third parties, rotate", async () => {
    const page = await open();
    await page.goto("/aurora-solar/settings/api/tokens");
    const standard = { "Key type": "secret", Environment: "production", Tenant: "acme" };
    const first = await create(page, "Create API token", { "Descriptive name": "main", ...standard });
    expect(first.reveal()).toMatch(/^sk_prod_/);
    await page.goto("/aurora-solar/settings/api/tokens/new");
    await page.getByLabel("Descriptive name").fill("second");
    for (const [label, value] of Object.entries(standard).slice(0, 2))
      await page.getByLabel(label, { exact: true }).selectOption(value);
    await page.getByLabel("Tenant").fill("acme");
    await page.getByRole("button", { name: "Create API token" }).click();
    await says(page, /has its one production key of this kind/);
    await page.goto("/aurora-solar/settings/api/tokens");
    await page.getByRole("link", { name: "Create API token" }).click();
    await page.getByLabel("Descriptive name").fill("partner");
    await page.getByLabel("Key type").selectOption("restricted");
    await page.getByLabel("Environment").selectOption("production");
    await page.getByLabel("List projects").check();
    await page.getByLabel("Retrieve projects").check();
    await page.getByLabel("Tenant").fill("acme");
    await page.getByLabel("Project-based tags").fill("pilot");
    await page.getByRole("button", { name: "Create API token" }).click();
    const partner = await stored(page);
    await says(page, "list_projects, retrieve_project");
    expect(partner.reveal()).toMatch(/^rk_prod_/);
    const facts = { tenant: "acme", projectTags: ["pilot"], permission: "list_projects" };
    expect(await opens(partner, facts)).toBe(true);
    expect(await opens(partner, { ...facts, permission: "create_project" })).toBe(false);
    expect(await opens(partner, { ...facts, projectTags: ["other"] })).toBe(false);
    const rotated = await rotate(page);
    expect([await opens(partner, facts), await opens(rotated, facts)]).toEqual([false, true]);
    await expectForgotten(page, [first, partner, rotated]);
  });
});
