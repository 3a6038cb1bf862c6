import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { makeServer } from "./make-server.ts";
import { expectAccessible, listen, noBrowser, openBrowser, openPage } from "./open-browser.ts";

/** A product around the page, on a free port: whatever is asked, it frames what `src` says. */
async function startProduct(src: () => string): Promise<number> {
  const http = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(
      `<!doctype html><html lang="en"><title>Acme</title><main><h1>Acme</h1>
       <iframe title="API keys" src="${src()}" width="100%" height="600"></iframe></main>`,
    );
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return (http.address() as AddressInfo).port;
}

test.skipIf(noBrowser !== "")(
  `a product frames a tenant's page, and nobody else can, without script and on a phone${noBrowser}`,
  async () => {
    let src = "about:blank";
    const port = await startProduct(() => src);
    const embedding = { origins: [`http://localhost:${port}`], secret: randomBytes(32).toString("hex") };
    const server = await makeServer({ embedding });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const url = await listen(server);
    const restrictions = { tenant: "tenant_dev_1" };
    await server.issue("azotte", "secret", "development", { name: "checkout", restrictions });
    const linkFor = async () => {
      const body = { provider: "azotte", tenant: "tenant_dev_1", may: ["disable", "revoke"] };
      return `${url}${(await server.call("POST", "/embed/links", { body })).json<{ path: string }>().path}`;
    };
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const page = await openPage(browser, {
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
    });

    src = await linkFor();
    await page.goto(`http://localhost:${port}`);
    const frame = page.frameLocator("iframe");
    await frame.getByRole("button", { name: "Disable checkout" }).click();
    await frame.getByRole("button", { name: "Disable checkout" }).click();
    await expect.poll(() => frame.locator("main").textContent()).toContain("checkout was disabled.");
    await frame.getByRole("button", { name: "Revoke checkout" }).click();
    await frame.getByLabel("Type checkout").fill("checkout");
    await frame.getByRole("button", { name: "Revoke checkout" }).click();
    await expect.poll(() => frame.locator("main").textContent()).toContain("There are no keys.");

    // The same product by another name is another origin: the browser shows nothing there.
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    src = await linkFor();
    await page.goto(`http://127.0.0.1:${port}`);
    await expect.poll(() => complaints.join("\n")).toContain("frame-ancestors");
    expect(await page.frameLocator("iframe").locator("main").count()).toBe(0);

    // Looked at by itself, for axe needs script.
    await server.issue("azotte", "secret", "development", { name: "second", restrictions });
    for (const [colorScheme, width] of [
      ["light", 360],
      ["dark", 1000],
    ] as const) {
      const whole = await openPage(browser, { colorScheme, viewport: { width, height: 700 } });
      await whole.goto(await linkFor());
      await expectAccessible(whole);
      expect(await whole.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth")).toBe(false);
      await whole.getByRole("button", { name: "Revoke second" }).click();
      await expectAccessible(whole);
    }
  },
);
