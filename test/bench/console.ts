import { gzipSync } from "node:zlib";
import { measurePresses } from "./console-presses.ts";
import { milliseconds, times, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

const requests = 100;
const rounds = 5;

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
      method: `100 of ${keyCount} keys a page, SQLite on disk, one connection; p95 of ${requests} calls, median of ${rounds} rounds in turns; the same of 60 key presses in Chromium, beside a page of 100 links and nothing else.`,
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
        ...(await measurePresses(url, cookie, rounds)),
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
