import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { listen, noBrowser, openBrowser, openConsole } from "./open-browser.ts";

// What Chromium hands to a screen reader is its accessibility tree; a machine without sound and session bus has no more.

let server: TestServer;
let browser: Browser;
let page: Page;
let keyPath: string;

beforeAll(async () => {
  if (noBrowser !== "") return;
  server = await makeServer();
  browser = await openBrowser();
  const { key, text } = await server.issue("aforo", "secret", "production", {
    name: "billing",
    owner: "ada",
  });
  keyPath = `/console/keys/${key.id}`;
  await server.call("POST", "/v1/keys/verify", { body: { key: text } });
  await server.app.flush();
  await server.issue("azotte", "publishable", "production", { name: "web" });
  page = await openConsole(browser, await listen(server), await server.tokenFor("admin"));
});
afterAll(async () => {
  if (noBrowser !== "") return;
  await browser.close();
  await server[Symbol.asyncDispose]();
});

interface Spoken {
  readonly role: string;
  readonly name: string;
}

/** The page as a screen reader gets it, in reading order: what each thing is, and what it is called. */
async function readAloud(path: string | null): Promise<readonly Spoken[]> {
  if (path === null) await page.waitForLoadState();
  else await page.goto(path);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const spoken: Spoken[] = [];
  const walk = (id: string): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    if (!node.ignored)
      spoken.push({ role: String(node.role?.value ?? ""), name: String(node.name?.value ?? "").trim() });
    for (const child of node.childIds ?? []) walk(child);
  };
  walk(nodes[0]?.nodeId ?? "");
  return spoken;
}

const pages = (): readonly string[] => [
  "/console",
  "/console/keys",
  "/console/rotations",
  "/console/alerts",
  "/console/audit",
  "/console/tokens",
  keyPath,
  ...["rotate", "edit", "disable", "revoke", "alerts/new", "log"].map((under) => `${keyPath}/${under}`),
  `/console/several?act=revoke&key=${keyPath.split("/").at(-1)}`,
  "/aforo/admin/api-keys",
  "/aforo/admin/api-keys/new",
  "/aforo/admin/api-keys/usage",
  "/aero2/dashboard/api-keys/audit",
  "/azotte/developer-settings",
  "/aurora-solar/settings/api/tokens",
  "/example/settings/api-keys",
];
const asked: ReadonlySet<string> = new Set([
  "link",
  "button",
  "textbox",
  "searchbox",
  "checkbox",
  "combobox",
  "image",
  "table",
  "columnheader",
  "progressbar",
  "region",
  "navigation",
  "group",
]);

describe.skipIf(noBrowser !== "")(`read aloud${noBrowser}`, () => {
  it("every page has one title, a main part, and a name for whatever can be reached", async () => {
    for (const path of pages()) {
      const spoken = await readAloud(path);
      const nameless = spoken.filter(({ role, name }) => asked.has(role) && name === "" && role !== "group");
      expect([path, nameless]).toEqual([path, []]);
      expect([path, spoken.filter(({ role }) => role === "main")]).toMatchObject([path, [{}]]);
      const document = spoken[0]?.name ?? "";
      expect([path, document.endsWith(" · Keywarden"), document.length > 14]).toEqual([path, true, true]);
      const odd = spoken.filter(({ name }) => /undefined|\bnull\b|NaN|\[object/.test(name));
      expect([path, odd]).toEqual([path, []]);
    }
  });

  it("a list says of each key what its columns say, and which mark is whose", async () => {
    const words = (await readAloud("/console/keys")).map(({ role, name }) => `${role} ${name}`);
    const at = words.indexOf("rowheader Mark billing billing");
    const row = words.slice(at, at + 40).join("\n");
    for (const said of ["checkbox Mark billing", "link billing", "cell aforo", "cell ada"])
      expect(row).toContain(said);
    expect(words).toContain("table Keys");
    expect(words).toContain("columnheader Last used");
  });

  it("a rotation is told before it is confirmed, and its key and its state afterwards", async () => {
    const told = (await readAloud(`${keyPath}/rotate`)).map(({ name }) => name).join("\n");
    const order = [
      "Calls in 24 h",
      "Exposure",
      "The new key goes to",
      "What will happen",
      "create a second",
      "Cancel",
    ];
    const positions = order.map((words) => told.indexOf(words));
    expect(positions.toSorted((left, right) => left - right)).toEqual(positions);
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByRole("button", { name: "Show the new key" }).click();
    await page.getByText("I have stored it").waitFor();
    const shown = await readAloud(null);
    expect(shown.some(({ role }) => role === "status")).toBe(true);
    expect(shown.map(({ role, name }) => `${role} ${name}`)).toContain("button Copy");
    await page.getByText("I have stored it").click();
    await page.getByText("End the old key now").waitFor();
    const waiting = (await readAloud(null)).map(({ role, name }) => `${role} ${name}`);
    expect(waiting).toContain("progressbar What is left of the grace period");
    expect(waiting).toContain("button End the old key now");
  });

  it("what went wrong is said as an alert", async () => {
    const spoken = await readAloud("/console/keys?q=nonsense%3A1");
    expect(spoken.some(({ role }) => role === "alert")).toBe(true);
  });
});
