import { gzipSync } from "node:zlib";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { milliseconds, times, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

const requests = 100;
const rounds = 5;
const presses = 60;

/** The console's list of keys: its time on the server beside the same page as JSON, its size, and a key press in a browser. */
export function benchConsole(): Promise<Section> {
  return withKeys(async ({ url, token }) => {
    const bearer = { authorization: `Bearer ${token.reveal()}` };
    const cookie = await signIn(url, bearer);
    const timeOf = async (path: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      const taken: number[] = [];
      for (let index = 0; index < requests; index += 1) {
        const startedAtMs = performance.now();
        await (await fetch(url + path, { headers })).text();
        taken.push(performance.now() - startedAtMs);
      }
      return percentile(taken, 0.95);
    };
    const [json, page]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const one = await timeOf("/v1/keys?limit=100", bearer);
      const other = await timeOf("/console/keys", { cookie });
      // The first round fills caches and lets V8 compile.
      if (round > 0) [json, page].forEach((all, index) => all.push(index === 0 ? one : other));
    }
    const read = async (path: string): Promise<string> =>
      (await fetch(url + path, { headers: { cookie } })).text();
    const sizes = [
      await read("/console/keys"),
      await read("/console/style.css"),
      await read("/console/console.js"),
    ];
    const packed = sizes.map((text) => `${(gzipSync(text).length / 1000).toFixed(1)} kB`);
    return {
      title: "Console",
      method: `100 of ${keyCount} keys a page, SQLite on disk, one connection; p95 of ${requests} calls, median of ${rounds} rounds in turns; ${presses} key presses in Chromium.`,
      rows: [
        { measure: "the page as JSON, p95", value: milliseconds(median(json)), compared: "" },
        {
          measure: "the page, p95",
          value: milliseconds(median(page)),
          compared: times(median(page) / median(json)),
        },
        {
          measure: "page, gzip",
          value: packed[0] ?? "",
          compared: `style ${packed[1]}, script ${packed[2]}`,
        },
        { measure: "key pressed, row moved and drawn, p95", value: await press(url, cookie), compared: "" },
      ],
    };
  });
}

async function signIn(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const made = await fetch(`${url}/console/sign-in-links`, { method: "POST", headers });
  const { path } = (await made.json()) as { readonly path: string };
  const body = new URLSearchParams({ link: new URL(url + path).searchParams.get("link") ?? "" });
  const answer = await fetch(`${url}/console/sign-in`, { method: "POST", body, redirect: "manual" });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function press(url: string, cookie: string): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = folders.map((folder) => join(folder, "chromium")).find(existsSync);
  if (executablePath === undefined) return "not measured: no chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ extraHTTPHeaders: { cookie } });
    const page = await context.newPage();
    await page.goto(`${url}/console/keys`);
    // The first press chooses the first row, so that each of the others has one to move to.
    await page.keyboard.press("j");
    // From the browser's own time stamp of the press to the frame after the one in which another row has the focus.
    await page.evaluate(`(() => {
      window.taken = [];
      let row;
      addEventListener("keydown", () => (row = document.activeElement), { capture: true });
      addEventListener("keydown", (event) => requestAnimationFrame(() => {
        const hasMoved = document.activeElement !== row && document.activeElement.closest("tbody") !== null;
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.taken.push(hasMoved ? performance.now() - event.timeStamp : Infinity);
        channel.port2.postMessage(0);
      }));
    })()`);
    for (let index = 0; index < presses; index += 1) await page.keyboard.press(index % 40 < 20 ? "j" : "k");
    let taken: number[] = [];
    // The page's policy lets nothing wait within it for what a text says.
    while (taken.length < presses) taken = await page.evaluate<number[]>("window.taken");
    if (taken.includes(Infinity)) return "a key press did not move the row";
    return milliseconds(percentile(taken, 0.95));
  } finally {
    await browser.close();
  }
}
