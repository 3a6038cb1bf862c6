import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { milliseconds, type Section } from "./report.ts";
import { median, percentile } from "./statistics.ts";

const presses = 60;

/** A page with as many rows and hardly anything to do: what Chromium itself takes to draw after a key. */
const bare = `<!doctype html><body>${Array.from({ length: 100 }, (_, row) => `<p><a href="#${row}">row ${row}</a></p>`).join("")}
<script>
  const links = [...document.links];
  addEventListener("keydown", ({ key }) => {
    const link = links[links.indexOf(document.activeElement) + (key === "j" ? 1 : -1)];
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
  });
</script>`;

interface Presses {
  readonly p95Ms: number;
  /** Of the page's own thread, for each press. */
  readonly workMs: number;
}

/** Measures how long it takes from a key to the row drawn in Chromium, on the list of keys and on a bare page in turns. */
export async function measurePresses(url: string, cookie: string, rounds: number): Promise<Section["rows"]> {
  const measure = "key pressed, moved row shown, p95";
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = folders.map((folder) => join(folder, "chromium")).find(existsSync);
  if (executablePath === undefined) return [{ measure, value: "not measured: no chromium", compared: "" }];
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const [ours, floor]: [Presses[], Presses[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      floor.push(await press(browser, {}, (page) => page.setContent(bare)));
      const own = { extraHTTPHeaders: { cookie } };
      ours.push(await press(browser, own, async (page) => void (await page.goto(`${url}/console/keys`))));
    }
    const of = (all: readonly Presses[], what: keyof Presses): string =>
      milliseconds(median(all.map((one) => one[what])));
    if (ours.some(({ p95Ms }) => p95Ms === Infinity))
      return [{ measure, value: "a key press did not move the row", compared: "" }];
    return [
      { measure, value: of(ours, "p95Ms"), compared: `a bare page: ${of(floor, "p95Ms")}` },
      {
        measure: "the page's own work for each press",
        value: of(ours, "workMs"),
        compared: `a bare page: ${of(floor, "workMs")}`,
      },
    ];
  } finally {
    await browser.close();
  }
}

async function press(
  browser: Browser,
  options: BrowserContextOptions,
  load: (page: Page) => Promise<void>,
): Promise<Presses> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await load(page);
  // The first press chooses the first row, so that each of the others has one to move to.
  await page.keyboard.press("j");
  // The browser's own account of each press: from its time stamp to the moment in which the frame after it is shown,
  // which is what a person waits for. It is told in steps of 8 ms, and not at all below 16.
  await page.evaluate(`(() => {
    window.shown = [];
    window.moved = 0;
    let row;
    addEventListener("keydown", () => (row = document.activeElement), { capture: true });
    addEventListener("keydown", () => {
      if (document.activeElement !== row && document.activeElement.matches("a")) window.moved += 1;
    });
    const take = (entries) => {
      for (const { name, duration } of entries) if (name === "keydown") window.shown.push(duration);
    };
    window.watching = new PerformanceObserver((list) => take(list.getEntries()));
    window.watching.observe({ type: "event", durationThreshold: 16 });
    window.finish = () => take(window.watching.takeRecords());
  })()`);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const workSeconds = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  const before = await workSeconds();
  for (let index = 0; index < presses; index += 1) {
    await page.keyboard.press(index % 40 < 20 ? "j" : "k");
    // As fast as a key that is held down repeats.
    await sleep(33);
  }
  const workMs = (((await workSeconds()) - before) * 1000) / presses;
  // An entry is there once its frame is shown; nothing else tells when the last one is.
  await sleep(500);
  await page.evaluate("window.finish()");
  const shown = await page.evaluate<number[]>("window.shown");
  const hasMoved = (await page.evaluate<number>("window.moved")) === presses;
  await context.close();
  const untold = Array.from({ length: Math.max(0, presses - shown.length) }, () => 16);
  return { p95Ms: hasMoved ? percentile([...shown, ...untold], 0.95) : Infinity, workMs };
}
