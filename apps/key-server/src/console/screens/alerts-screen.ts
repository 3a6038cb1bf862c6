import type { SecurityEventView } from "@keywarden/management";
import { listSecurityEventsRoute } from "../../operator/list-security-events.ts";
import { done, type Outcome } from "../../refusal.ts";
import { addressWith, queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { empty } from "../markup/notes.ts";
import { table } from "../markup/table.ts";
import { ask } from "../../auth/ask.ts";
import { mountKeyAlerts } from "./key-alerts.ts";
import { keyAddress } from "./key-link.ts";

const severities = ["high", "warning", "notice"] as const;
const tones = { high: "danger", warning: "warning", notice: "plain" } as const;

/** What was noticed about keys and about those who try keys. */
export function mountAlerts(tools: Console): void {
  const { show, page, problem } = tools;
  show("/console/alerts", async (to) => {
    const events = await eventList(tools, to, "/console/alerts", {});
    if (!events.ok) return problem(to, events.refusal);
    const severity = queryOf(to, "severity");
    const body = html`<nav class="views" aria-label="Severity">
        <a href="/console/alerts" ${severity === "" && html`aria-current="true"`}>All</a>
        ${severities.map((one) => html`<a href="/console/alerts?severity=${one}" ${severity === one && html`aria-current="true"`}>${one.charAt(0).toUpperCase()}${one.slice(1)}</a>`)}
      </nav>
      ${events.value} ${watched}
      <p class="dim">Add an alert of your own on a key's page.</p>`;
    return page(to, {
      title: "Alerts",
      path: to.request.url,
      lead: "Unusual use of keys and attempts with keys that nobody issued, newest first.",
      body,
    });
  });
  mountKeyAlerts(tools);
}

/** What is looked for without being asked; a page without an event is about these alone. */
export const watched = html`<p class="dim">
  Watched: unusual usage patterns of a key, failed authentication attempts, use of keys that have ended, rate
  limit violations, calls from a new country (with <code>--countries</code>), and runs of attempts with
  unknown keys.
</p>`;

/** Lists security events with a link to older ones. */
export async function eventList(
  { context, judge }: Console,
  to: ConsoleVisit,
  path: string,
  scope: Readonly<Record<string, string>>,
): Promise<Outcome<Html>> {
  const cursor = queryOf(to, "cursor");
  const severity = queryOf(to, "severity");
  const query = { ...scope, ...(cursor !== "" && { cursor }), ...(severity !== "" && { severity }) };
  const answer = await ask(context, to, listSecurityEventsRoute, { query });
  if (!answer.ok) return answer;
  const { events, nextCursor } = answer.value.body as {
    readonly events: readonly SecurityEventView[];
    readonly nextCursor: string | null;
  };
  if (events.length === 0)
    return done(
      severity !== "" || cursor !== ""
        ? empty("Nothing matches.", html`<a href="${path}">Show all alerts</a>`)
        : scope["provider"] === undefined
          ? empty(
              "Nothing was noticed.",
              "No use of a key and no run of attempts with unknown keys was unusual; single attempts are not noted.",
            )
          : empty(
              "Nothing was noticed.",
              "No unusual use of these keys was seen. Attempts with keys that nobody issued are on Alerts.",
            ),
    );
  const titles = ["What", "Severity", "Evidence", "About", "Last (UTC)", "Times"];
  const older = addressWith(path, { severity, cursor: nextCursor });
  return done(
    html`${table(
      "Alerts",
      titles.map((title) => ({
        title,
        isLong: title === "Evidence",
        ...(title === "Times" && { align: "right" as const }),
      })),
      events.map(({ code, severity: level, evidence, keyId, subject, lastAt, count }) => [
        { body: judge.show(code.replaceAll("-", " ")) },
        { body: level, tone: tones[level] },
        { body: judge.show(evidence) },
        {
          body:
            keyId === null
              ? judge.show(subject)
              : html`<a href="${keyAddress(keyId)}">${judge.show(keyId)}</a>`,
        },
        { body: lastAt.slice(0, 16).replace("T", " ") },
        { body: count.toLocaleString("en-US") },
      ]),
    )}
    ${nextCursor !== null && html`<div class="pager"><span></span><a class="button" rel="next" href="${older}">Older</a></div>`}`,
  );
}
