import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];
const folders = (process.env["PATH"] ?? "").split(delimiter);

/** Takes pictures of the console on a server's inventory, in this machine's own Chromium. */
export async function drawConsole(server: KeyServerProgram, images: string): Promise<void> {
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error(`none of ${names.join(", ")} is on this machine`);
  await useOneKey(server);
  const browser = await chromium.launch({ executablePath: found, args: ["--no-sandbox"] });
  try {
    for (const [file, path, colorScheme] of [
      ["console-next.png", "/console", "light"],
      ["console-aforo.png", "/aforo/admin/api-keys", "dark"],
    ] as const) {
      const page = await browser.newPage({
        baseURL: server.url,
        colorScheme,
        viewport: { width: 1200, height: 620 },
      });
      await page.goto(await signInPath(server));
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.goto(path);
      await page.screenshot({ path: join(images, file) });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

async function signInPath({ url, token }: KeyServerProgram): Promise<string> {
  const headers = { authorization: `Bearer ${token.reveal()}` };
  const response = await fetch(`${url}/console/sign-in-links`, { method: "POST", headers });
  return ((await response.json()) as { readonly path: string }).path;
}

/** Makes a key that was used a while, with too many refusals, and that is in its grace period now. */
async function useOneKey({ url, token }: KeyServerProgram): Promise<void> {
  const inventory = makeInventoryClient({ baseUrl: url, token });
  const { key, secret } = await inventory.create({
    provider: "aero2",
    name: "mobile backend",
    kind: "secret",
    environment: "production",
    owner: "team-app",
    tags: ["mobile", "eu"],
  });
  const sha256 = createHash("sha256").update(secret.reveal()).digest("hex");
  const headers = { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" };
  for (let batch = 0; batch < 12; batch += 1) {
    const provider = batch === 11 ? { provider: "azotte" } : {};
    const body = JSON.stringify(Array.from({ length: 37 }, () => ({ sha256, ...provider })));
    await fetch(`${url}/v1/keys/verify`, { method: "POST", headers, body });
  }
  await inventory.rotate(key.id, { expectedGeneration: key.generation });
}
