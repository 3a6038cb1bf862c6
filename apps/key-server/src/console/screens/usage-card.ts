import type { UsageReport } from "@keywarden/management";
import type { OperatorRoute } from "../../http/route.ts";
import { addressWith, queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { chart, count } from "../markup/chart.ts";
import { html, type Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { table } from "../markup/table.ts";
import { ask } from "../../auth/ask.ts";

const spans = [
  { id: "24h", name: "24 hours", ms: 86_400_000, bucket: "hour" },
  { id: "14d", name: "14 days", ms: 14 * 86_400_000, bucket: "day" },
  { id: "90d", name: "90 days", ms: 90 * 86_400_000, bucket: "day" },
] as const;

/** Draws how often keys were used, with what outcome, from where and for what. */
export async function usageCard(
  { context, judge }: Console,
  to: ConsoleVisit,
  asked: {
    readonly title: string;
    readonly path: string;
    readonly route: OperatorRoute;
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
  },
): Promise<Html> {
  const chosen = queryOf(to, "span");
  const span = spans.find(({ id }) => id === chosen) ?? spans[0];
  const from = new Date(to.nowMs - span.ms + 1).toISOString();
  const answer = await ask(context, to, asked.route, {
    params: asked.params ?? {},
    query: { ...asked.query, from, bucket: span.bucket },
  });
  if (!answer.ok) return note(judge.show(answer.refusal.message), "warning");
  const report = answer.value.body as UsageReport;
  const isPart = report.countedSince > report.from;
  const per = report.requests === 0 ? "" : `, ${(report.errorRate * 100).toFixed(1)} % refused`;
  return html`<section class="card">
    <div class="head">
      <h2>${asked.title}</h2>
      <nav class="views" aria-label="Time">
        ${spans.map(
          ({ id, name }) =>
            html`<a
              href="${addressWith(asked.path, { span: id === "24h" ? null : id })}"
              ${id === span.id && html`aria-current="true"`}
              >${name}</a
            >`,
        )}
      </nav>
    </div>
    <p>
      <b>${count(report.requests, "request")}</b>
      ${isPart ? `since ${report.countedSince.slice(0, 16).replace("T", " ")} UTC` : `in ${span.name}`}${per}.
      <span class="dim"
        >${isPart ? `Nobody counted the rest of the ${span.name}` : `Counted since ${report.countedSince.slice(0, 10)}`}.</span
      >
    </p>
    ${chart(asked.title, report)}
    ${
      report.requests > 0 &&
      html`<details>
        <summary>Outcomes, countries and features</summary>
        <div class="stack">
          ${shares("Outcome", report.outcomes, judge.show)} ${shares("Country", report.countries, judge.show)}
          ${shares("Feature", report.features, judge.show)}
        </div>
      </details>`
    }
  </section>`;
}

function shares(title: string, all: UsageReport["outcomes"], show: (text: string) => string): Html | false {
  return (
    all.length > 0 &&
    table(
      `Requests by ${title.toLowerCase()}`,
      [{ title }, { title: "Requests", align: "right" }, { title: "Refused", align: "right" }],
      all.map(({ name, requests, denied }) => [
        { body: show(name === "" ? "unknown" : name) },
        { body: requests.toLocaleString("en-US") },
        { body: denied.toLocaleString("en-US") },
      ]),
    )
  );
}
