import type { UsageReport } from "@keywarden/management";
import { usageWidthsMs } from "@keywarden/storage";
import { html, type Html } from "./html.ts";
import { table } from "./table.ts";

/** A number of requests in one span of time, and how many of them were refused. */
export type Bucket = UsageReport["buckets"][number];

const HEIGHT = 100;
const STEP = 10;

/** Draws requests over time as bars, refused ones in their own tone, with the numbers as a table beside it. */
export function chart(name: string, report: UsageReport): Html {
  const { buckets, bucket, requests, denied, countedSince } = report;
  const most = Math.max(0, ...buckets.map((one) => one.requests));
  const label = `${name}: ${count(requests, "request")}, ${denied.toLocaleString("en-US")} refused, at most ${most.toLocaleString("en-US")} in one ${bucket}`;
  const [first, last] = [buckets[0], buckets.at(-1)];
  // Where nobody counted, no request is no number.
  const isCounted = ({ start }: Bucket): boolean =>
    Date.parse(start) + usageWidthsMs[bucket] > Date.parse(countedSince);
  const numbers = buckets.filter((one) => one.requests > 0);
  return html`<figure class="chart">
    <p class="scale">
      <span>at most ${most.toLocaleString("en-US")} ${bucket === "hour" ? "an" : "a"} ${bucket}</span>
    </p>
    <svg
      viewBox="0 0 ${buckets.length * STEP} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}"
    >
      ${buckets.map((one, index) => (isCounted(one) ? bar(one, index, Math.max(1, most), bucket) : blank(index)))}
    </svg>
    <p class="scale">
      <span>${first === undefined ? "" : moment(first.start, bucket)}</span
      ><span>${last === undefined ? "" : moment(last.start, bucket)} UTC</span>
    </p>
    <details>
      <summary>The numbers</summary>
      ${
        numbers.length === 0
          ? html`<p class="dim">
              ${buckets.every(isCounted) ? "No request was counted in this time." : `No request was counted since ${moment(countedSince, bucket)}; nothing is known of before.`}
            </p>`
          : table(
              `${name}, as numbers`,
              [
                { title: `${bucket.charAt(0).toUpperCase()}${bucket.slice(1)} from` },
                { title: "Requests", align: "right" },
                { title: "Refused", align: "right" },
              ],
              numbers.map((one) => [
                { body: moment(one.start, bucket) },
                { body: one.requests.toLocaleString("en-US") },
                { body: one.denied.toLocaleString("en-US"), tone: one.denied > 0 ? "warning" : "dim" },
              ]),
            )
      }
    </details>
  </figure>`;
}

/**
 * Draws a day's requests as one line of a table's height; the label says what the picture shows.
 *
 * @param countedSince where counting began within that day, and so says nothing of the hours before
 */
export function sparkline(
  buckets: readonly Pick<Bucket, "requests">[],
  countedSince: string | null = null,
): Html {
  const total = buckets.reduce((sum, { requests }) => sum + requests, 0);
  if (total === 0) {
    if (countedSince === null) return html`<span class="dim">none</span>`;
    const since = countedSince.slice(0, 16).replace("T", " ");
    return html`<span class="dim" title="counted since ${since} UTC">none since ${since.slice(11)}</span>`;
  }
  const most = Math.max(...buckets.map(({ requests }) => requests));
  const points = buckets
    .map(({ requests }, index) => `${index * 4},${(15 - (requests / most) * 14).toFixed(1)}`)
    .join(" ");
  return html`<span class="spark"
    ><svg viewBox="0 0 ${(buckets.length - 1) * 4} 16" preserveAspectRatio="none" aria-hidden="true">
      <polyline points="${points}" /></svg
    >${total.toLocaleString("en-US")}</span
  >`;
}

function bar({ start, requests, denied }: Bucket, index: number, most: number, width: string): Html {
  const height = (requests / most) * HEIGHT;
  const refused = (denied / most) * HEIGHT;
  const [x, wide] = [index * STEP + 1, STEP - 2];
  if (requests === 0)
    return html`<rect class="none" x="${x}" y="${HEIGHT - 1}" width="${wide}" height="1"></rect>`;
  return html`<g>
    <title>${moment(start, width)}: ${count(requests, "request")}, ${denied} refused</title>
    <rect x="${x}" y="${(HEIGHT - height).toFixed(1)}" width="${wide}" height="${height.toFixed(1)}"></rect>
    ${denied > 0 && html`<rect class="refused" x="${x}" y="${(HEIGHT - refused).toFixed(1)}" width="${wide}" height="${refused.toFixed(1)}"></rect>`}
  </g>`;
}

/** Where it is not known how many requests there were. */
function blank(index: number): Html {
  return html`<g>
    <title>not counted</title>
    <rect class="unknown" x="${index * STEP}" y="0" width="${STEP}" height="${HEIGHT}"></rect>
  </g>`;
}

function moment(start: string, bucket: string): string {
  return bucket === "day" ? start.slice(0, 10) : start.slice(0, 16).replace("T", " ");
}

/** Writes a number with its noun: `1 request`, `2,000 requests`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
