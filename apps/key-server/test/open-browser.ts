import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";
import type { TestServer } from "./make-server.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];
const folders = (process.env["PATH"] ?? "").split(delimiter);
const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);

/** What is said behind the name of a test that needs a browser and finds none; empty where there is one. */
export const noBrowser =
  found === undefined ? ` (skipped: no ${names.join(", ")} on this machine; apt-get install chromium)` : "";

/** Starts the machine's own Chromium. */
export async function openBrowser(): Promise<Browser> {
  if (found === undefined) throw new Error(`no browser${noBrowser}`);
  // Chromium's own sandbox needs rights that a container does not give; what it opens here is only our server.
  return chromium.launch({ executablePath: found, args: ["--no-sandbox"], timeout: patienceMs });
}

/** Opens a page that waits for what is to be there as long as `expect.poll` does: a busy machine takes its time. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(patienceMs);
  return page;
}

const patienceMs = 90_000;

/** Opens a page of a person who signed in with a token of their own, and who may change something if asked for. */
export async function openConsole(
  browser: Browser,
  url: string,
  token: string,
  options: BrowserContextOptions & { readonly isUnlocked?: boolean } = {},
): Promise<Page> {
  const { isUnlocked = true, ...context } = options;
  const page = await openPage(browser, { baseURL: url, ...context });
  await page.goto("/console/sign-in");
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (isUnlocked) await page.getByRole("button", { name: "Unlock changes" }).click();
  return page;
}

/** Fails with every fault that axe finds in a page, by the names of rules and the places where they are broken. */
export async function expectAccessible(page: Page): Promise<void> {
  // What was clicked has answered by now, but its page may still be arriving.
  await page.waitForLoadState();
  await page.evaluate(axe.source);
  const faults = await page.evaluate(async () => {
    const { axe: judge } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await judge.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`));
  });
  expect([page.url(), ...faults]).toEqual([page.url()]);
}

/** Lets a server listen on a free port of this machine. */
export async function listen(server: TestServer): Promise<string> {
  return server.app.http.listen({ port: 0, host: "127.0.0.1" });
}
