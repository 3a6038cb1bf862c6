import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { IDLE_MS } from "../src/console/session/sessions.ts";
import { makeServer, type TestServer } from "./make-server.ts";
import { expectAccessible, listen, noBrowser, openBrowser, openConsole, openPage } from "./open-browser.ts";

const dayMs = 86_400_000;
const hostileName = `<img src=x onerror="document.title='owned'">'"&</script><script>alert(1)</script>`;
let server: TestServer;
let browser: Browser;
let url: string;
let keyPath: string;

beforeAll(async () => {
  if (noBrowser !== "") return;
  server = await makeServer();
  await importKeys();
  const { key, text } = await server.issue("aforo", "secret", "production", {
    name: "metering",
    owner: "ann",
  });
  keyPath = `/console/keys/${key.id}`;
  for (const _hour of [1, 2, 3]) {
    await server.call("POST", "/v1/keys/verify", { body: { key: text } });
    await server.call("POST", "/v1/keys/verify", { body: { key: text, provider: "azotte" } });
    server.clock.advance(3_600_000);
    await server.app.flush();
  }
  await server.call("POST", `/v1/keys/${key.id}/alerts`, { body: { moreThan: 5, per: "minute" } });
  await server.call("POST", `/v1/keys/${key.id}/rotate`, { headers: { "if-match": '"1"' } });
  browser = await openBrowser();
  url = await listen(server);
});
afterAll(async () => {
  if (noBrowser !== "") return;
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** Keys of every state, made by import with dates in the past; one is called by the worst name there is. */
async function importKeys(): Promise<void> {
  const names = [
    "overdue",
    "due",
    "fresh",
    "dormant",
    hostileName,
    "支払い 👩‍💻 a-very-long-name".padEnd(90, "-long"),
  ];
  const ages = [200, 88, 3, 60, 150, 20];
  const keys = names.map((name, index) => {
    const createdAt = new Date(server.storage.now() - (ages[index] ?? 0) * dayMs).toISOString();
    const sha256 = String(index).repeat(64);
    const owner = index % 2 === 0 ? { owner: `<b>${index}</b>` } : {};
    return {
      name,
      provider: "example",
      environment: "production",
      createdAt,
      ...owner,
      secrets: [{ sha256 }],
    };
  });
  const answer = await server.call("POST", "/v1/keys/import", { body: { keys } });
  expect(answer.json()).toMatchObject({ created: names.length });
}

const open = async (options: Parameters<typeof openConsole>[3] = {}): Promise<Page> => {
  const page = await openConsole(browser, url, await server.tokenFor("admin"), options);
  onTestFinished(() => page.context().close());
  return page;
};

const pages = (): readonly string[] => [
  "/console",
  "/console/keys",
  "/console/keys?q=nonsense%3A1",
  "/console/keys?q=name%3Anobody-has-this",
  keyPath,
  ...["rotate", "edit", "disable", "revoke", "alerts/new", "log"].map((under) => `${keyPath}/${under}`),
  "/console/rotations",
  "/console/rotations?state=ended",
  `/console/several?act=rotate&key=${keyPath.split("/").at(-1)}`,
  "/console/alerts",
  "/console/audit",
  "/console/tokens",
  "/console/tokens/new",
  "/aforo/admin/api-keys",
  "/aforo/admin/api-keys/alerts",
  "/aero2/dashboard/api-keys",
  "/aero2/dashboard/api-keys/audit",
  "/example/settings/api-keys",
  "/azotte/developer-settings/new",
  "/azotte/developer-settings/usage",
  "/aurora-solar/settings/api/tokens",
];

describe.skipIf(noBrowser !== "")(`in a real browser${noBrowser}`, () => {
  it.each([
    ["light", 360],
    ["dark", 360],
    ["light", 820],
    ["light", 1440],
    ["dark", 1440],
    ["light", 2560],
  ] as const)("every page is accessible and fits, %s and %i px wide", async (colorScheme, width) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${page.url()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
    for (const path of pages()) {
      expect([path, (await page.goto(path))?.status()]).toEqual([path, 200]);
      const isTooWide = await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
      expect([path, isTooWide]).toEqual([path, false]);
      if (width === 360 || width === 1440) await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
  });

  it("the sign-in is accessible, and takes a link", async () => {
    const page = await openPage(browser, { baseURL: url });
    onTestFinished(() => page.context().close());
    await page.goto("/console/sign-in");
    await expectAccessible(page);
    const { path } = (await server.call("POST", "/console/sign-in-links")).json<{ path: string }>();
    await page.goto(path);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/console");
  });

  it("what can be done is within a laptop's window, however long an owner is called", async () => {
    const owner = "somebody of the platform team, ".repeat(3).trim();
    const { id } = (await server.issue("aforo", "secret", "sandbox", { owner })).key;
    onTestFinished(async () => void (await server.call("POST", `/v1/keys/${id}/revoke`)));
    const page = await open();
    for (const [width, path] of [
      [1280, "/console"],
      [1366, "/console"],
      [1280, "/console/keys?q=owner%3A*platform*"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      const hidden = await page.evaluate<number>(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scroll'))",
      );
      expect([path, hidden]).toEqual([path, 0]);
    }
  });

  it("prints a list without what is only of use on a screen", async () => {
    const page = await open();
    await page.goto("/console/keys");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const gone of [".side", ".search", ".acts", "input.mark"])
      expect([gone, await page.locator(gone).first().isVisible()]).toEqual([gone, false]);
    for (const there of ["table", ".pager span", "time"])
      expect([there, await page.locator(there).first().isVisible()]).toEqual([there, true]);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(251, 251, 252)");
  });

  it("hostile names are text: nothing runs, nothing loads, no title changes", async () => {
    const page = await open();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("dialog", () => requests.push("a dialog"));
    for (const path of ["/console", "/console/keys", "/example/settings/api-keys", "/console/audit"]) {
      await page.goto(path);
      expect(await page.locator("main img, main script").count()).toBe(0);
      expect(await page.title()).not.toContain("owned");
    }
    await page.goto("/console/keys?q=" + encodeURIComponent('"><script>alert(1)</script>'));
    await page.goto("/console/keys");
    await page.getByRole("link", { name: "<img src=x" }).click();
    await expect.poll(() => page.locator("h1").textContent()).toContain("<img src=x");
    await expectAccessible(page);
    await page.getByRole("link", { name: "Revoke" }).click();
    await page
      .getByLabel(/^Type/)
      .fill(((await page.locator("h1").textContent()) ?? "").replace("Revoke ", ""));
    await page.getByRole("button", { name: "Revoke at once" }).click();
    await expect.poll(() => page.locator("main").textContent()).toContain("This key has ended");
    expect(requests.filter((one) => !one.startsWith(url) && !one.startsWith("data:"))).toEqual([]);
  });

  it("a form of another site changes nothing, whatever it sends along", async () => {
    const page = await open();
    const evil = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<form method="post" action="${url}${keyPath}/disable"><input name="seen" value="*"></form><script>document.forms[0].submit()</script>`,
      );
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void evil.close());
    await once(evil, "listening");
    // The same host with another port is the same site, so that the cookie comes along.
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
    await expect
      .poll(() => page.locator("main").textContent())
      .toContain("that form was not from this session");
    const { state } = (await server.call("GET", keyPath.replace("/console", "/v1"))).json<{
      state: string;
    }>();
    expect(state).toBe("active");
    // And no other page can frame the console.
    await page.setContent(`<iframe src="${url}/console"></iframe>`);
    await expect.poll(() => page.frames()[1]?.url() ?? "").toMatch(/^chrome-error:/);
  });

  it("of two operators who change the same key, the later one is told and nothing is lost", async () => {
    const [ann, ben] = [await open(), await open()];
    for (const page of [ann, ben]) await page.goto(`${keyPath}/edit`);
    await ann.getByLabel("Owner").fill("team-ann");
    await ann.getByRole("button", { name: "Save" }).click();
    await ben.getByLabel("Owner").fill("team-ben");
    await ben.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => ben.locator("main").textContent()).toMatch(/Nothing was changed/);
    await ben.goto(keyPath);
    await expect.poll(() => ben.locator("main").textContent()).toContain("team-ann");
  });

  it("goes to the sign-in when the session has ended, and does not do what was asked", async () => {
    const page = await open();
    await page.goto(`${keyPath}/disable`);
    server.clock.advance(IDLE_MS + 1);
    await page.getByRole("button", { name: "Disable" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/console/sign-in");
    const { state } = (await server.call("GET", keyPath.replace("/console", "/v1"))).json<{
      state: string;
    }>();
    expect(state).toBe("active");
  });

  it("is used with the keyboard alone, by the terminal's keys", async () => {
    const page = await open();
    await page.goto("/console/keys");
    const focused = () => page.evaluate<string>("document.activeElement.textContent.trim()");
    await page.keyboard.press("j");
    const first = await focused();
    await page.keyboard.press("j");
    const second = await focused();
    await page.keyboard.press("k");
    expect([await focused(), second === first]).toEqual([first, false]);
    await page.keyboard.press("/");
    await page.keyboard.type("name:metering");
    await page.keyboard.press("Enter");
    // A page takes keys once its script has run, which is before it counts as loaded.
    await page.waitForURL((url) => url.searchParams.get("q") === "name:metering");
    await page.keyboard.press("j");
    expect(await focused()).toBe("metering");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === keyPath);
    await page.keyboard.press("r");
    await page.waitForURL((url) => url.pathname === `${keyPath}/rotate`);
    await page.keyboard.press("[");
    await page.waitForURL((url) => url.pathname === keyPath);
    await page.keyboard.press("2");
    await page.waitForURL((url) => url.pathname === "/console/keys" && url.search === "");
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.waitForURL(/\/console\/keys\/[^/]+\/revoke$/);
    await page.keyboard.press("1");
    await page.waitForURL((url) => url.pathname === "/console");
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.waitForURL(/\/console\/keys\/[^/]+(?:\/(?:rotate|revoke))?$/);
    await page.keyboard.press("w");
    expect(await focused()).toBe("Lock changes");
    await page.keyboard.press("?");
    await expect.poll(() => page.getByRole("dialog").isVisible()).toBe(true);
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.goto("/console");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
  });

  it("marks rows, moves by half pages, copies and takes commands by their names", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto("/console/keys");
    const focused = () => page.evaluate<string>("document.activeElement.textContent.trim()");
    await page.keyboard.press("g");
    const first = await focused();
    await page.keyboard.press("Control+d");
    const lower = await focused();
    await page.keyboard.press("Control+u");
    expect([await focused(), lower === first]).toEqual([first, false]);
    await page.keyboard.press("y");
    await page.locator(".said").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^key_[0-9a-f]+$/);
    const marked = page.locator("input.mark:checked");
    await page.keyboard.press("M");
    expect(await marked.count()).toBe(await page.locator("input.mark").count());
    await page.keyboard.press("Escape");
    for (const key of ["g", "j", "Space", "j", "V"]) await page.keyboard.press(key);
    expect(await marked.count()).toBe(3);
    await page.keyboard.press("u");
    await page.keyboard.press("g");
    for (const _row of [1, 2]) await page.keyboard.press("Space");
    expect(await marked.count()).toBe(2);
    await page.keyboard.press("x");
    await page.waitForURL((url) => url.pathname === "/console/several");
    expect(await page.locator("h1").textContent()).toBe("Revoke 2 keys");
    await expectAccessible(page);
    await page.keyboard.press(":");
    await page.getByRole("combobox", { name: "Command" }).fill("rotations");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/console/rotations");
    await page.keyboard.press(":");
    await expectAccessible(page);
    await page.getByRole("combobox", { name: "Command" }).fill("nonsense");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".said").textContent()).toBe("There is no command nonsense.");
    await page.keyboard.press(":");
    // In one task, before the browser can take the focus from the closed dialog's field.
    await page.evaluate(`
      document.querySelector("dialog[open] form").requestSubmit();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
    `);
    await page.waitForURL((url) => url.pathname === "/console/keys");
    await page.keyboard.press("N");
    await page.waitForURL((url) => url.searchParams.get("sort") === "name");
  });

  it("counts a grace period down, and copies a secret by its button", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const { key } = await server.issue("aero2", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/rotate`, { headers: { "if-match": '"1"' } });
    await page.goto(`/console/keys/${key.id}`);
    const left = () => page.locator("[data-until]").textContent();
    const first = await left();
    await expect.poll(left).not.toBe(first);
    const fresh = await server.issue("aforo", "secret", "production");
    await page.goto(`/console/keys/${fresh.key.id}/rotate`);
    await page.getByRole("button", { name: "Rotate" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Show the new key" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Copy" }).click();
    await expect.poll(() => page.getByRole("status").last().textContent()).toContain("Copied");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      await page.locator("code.key").textContent(),
    );
  });
});
