import {
  columns,
  countRows,
  formatAgo,
  isLiveRow,
  makeDepartures,
  rankNext,
  roleMay,
  roleMayChange,
  type KeyRow,
  type NextItem,
  signsOfExposures,
  signsOfRotations,
  formatCountdown,
} from "@keywarden/inventory";
import type { RotationRecord } from "@keywarden/management";
import { queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { count } from "../markup/chart.ts";
import { html, type Html } from "../markup/html.ts";
import { empty, note } from "../markup/notes.ts";
import type { Viewer } from "../markup/page.ts";
import { table } from "../markup/table.ts";
import { ofLiveKeys } from "./key-list.ts";
import { keyAddress, keyLink, keyName } from "./key-link.ts";
import { readDay } from "./read-day.ts";
import { MOST_KEYS, readAlerts, readInventory, readRotations, type Read } from "./read-inventory.ts";

// The others say it in what is the matter.
const leads: ReadonlySet<NextItem["reason"]> = new Set(["alert", "exposed"]);
const ROWS_A_PAGE = 50;

/** The console's first page: what to do next, and by when. */
export function mountNext(tools: Console): void {
  const { context, judge, show, page, problem } = tools;
  show("/console", async (to) => {
    const read = await readInventory(tools, to);
    if (!read.ok) return problem(to, read.refusal);
    const exposures = await tools.lookForExposures();
    const underWay = await readRotations(tools, to);
    const rotations = underWay.ok ? underWay.value.rotations : [];
    const noticed = await readAlerts(context, judge);
    const departed = context.policy.policy()?.departed ?? [];
    const items = rankNext(read.value.rows, to.nowMs, {
      alerts: noticed.alerts,
      exposures: signsOfExposures(exposures.found ?? []),
      rotations: signsOfRotations(rotations),
      departures: makeDepartures(departed.map((member) => ({ member, leftAtMs: null }))),
    });
    const strangers = new Set(
      read.value.rows.flatMap(({ told }) => (context.providers.has(told.provider) ? [] : [told.provider])),
    );
    const unread = [
      ...[...strangers].map(
        (id) =>
          `what ${judge.show(id)} asks for (this server does not know the provider, so its keys are judged by defaults)`,
      ),
      ...(exposures.problem === null ? [] : [`exposures (${judge.show(exposures.problem)})`]),
      ...(underWay.ok
        ? underWay.value.total > rotations.length
          ? [`rotations but the newest ${rotations.length}`]
          : []
        : [`rotations (${judge.show(underWay.refusal.message)})`]),
      ...(noticed.isPartial ? [`alerts but the newest ${noticed.alerts.length}`] : []),
      ...(departed.length > 0 ? [] : ["departures (no one is named in the server's --policy)"]),
    ];
    const total = read.value.rows.filter(isLiveRow).length;
    return page(to, {
      title: "Next",
      path: to.request.url,
      lead:
        items.length === 0
          ? ""
          : `${items.length} of ${count(total, "working key")} ${items.length === 1 ? "needs" : "need"} something, most urgent first.${!to.viewer.isUnlocked && roleMayChange(to.viewer.role) ? " What a row proposes asks to unlock changes first." : ""}`,
      body: html`${rotationsCard(tools, rotations)}
      ${await nextBody(tools, read.value, items, unread, to, rotations)}
      ${unread.length > 0 && html`<p class="dim">Not looked at: ${unread.join(", ")}.</p>`}`,
    });
  });
}

async function nextBody(
  tools: Console,
  read: Read,
  items: readonly NextItem[],
  unread: readonly string[],
  to: ConsoleVisit,
  rotations: readonly RotationRecord[],
): Promise<Html> {
  const partial =
    read.isPartial &&
    note(
      `Only the oldest ${MOST_KEYS.toLocaleString("en-US")} keys were looked at. For the others, see the views of the list of keys.`,
      "warning",
    );
  if (items.length === 0)
    return html`${partial}
    ${
      read.rows.length === 0
        ? empty(
            "The server has no keys yet.",
            "Make one on its provider's page, or import those that you have.",
          )
        : empty(
            unread.length === 0 && !read.isPartial
              ? "There is nothing to do."
              : "Nothing to do in what was looked at.",
            "No key that was looked at is overdue, due, in grace or unused.",
          )
    }`;
  const pages = Math.ceil(items.length / ROWS_A_PAGE);
  const page = Math.min(pages, Math.max(1, Number.parseInt(queryOf(to, "page"), 10) || 1));
  const shown = items.slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE);
  const day = await readDay(
    tools,
    shown.map(({ row }) => row),
    to.nowMs,
  );
  const rows = shown.map((item, index) => {
    const { row, reason, what, byMs, tone } = item;
    return [
      { body: keyLink(row) },
      { body: html`${leads.has(reason) && `${reason}: `}${what}`, tone },
      { body: columns.environment.text(row, to.nowMs), tone: columns.environment.tone(row) },
      { body: row.provider },
      { body: day[index] ?? "" },
      { body: columns["last-used"].text(row, to.nowMs) },
      { body: row.owner ?? "nobody", tone: row.owner === null ? ("dim" as const) : ("plain" as const) },
      { body: byMs === null ? "none" : formatAgo(byMs, to.nowMs) },
      { body: todoLink(item, rotations, to.viewer) },
    ];
  });
  const titles = ["Key", "Why", "Env", "Provider", "24 hours", "Last used", "Owner", "By", "Do"];
  const extra = new Set(["Provider", "Last used"]);
  return html`${partial} ${totals(read.rows)}
    ${table(
      "What to do next",
      titles.map((title) => ({
        title,
        isExtra: extra.has(title),
        isLong: title === "Why",
        isName: title === "Owner",
        isAct: title === "Do",
      })),
      rows,
    )}
    <div class="pager">
      <span>${pages > 1 && `Page ${page} of ${pages}`}</span
      ><span class="row"
        >${page > 1 && html`<a class="button" rel="prev" href="/console?page=${page - 1}">Previous</a>`}
        ${page < pages && html`<a class="button" rel="next" href="/console?page=${page + 1}">Next</a>`}</span
      >
    </div>`;
}

function totals(rows: readonly KeyRow[]): Html {
  const { overdue, due, inGrace } = countRows(rows);
  const live = rows.filter(isLiveRow);
  const counts: readonly (readonly [number, string, string])[] = [
    [overdue, "overdue", "status:overdue"],
    [due, "due", "status:due"],
    [inGrace, "in grace", "status:in-grace"],
    [live.filter(({ usage }) => usage.state === "dormant").length, "dormant", `usage:dormant ${ofLiveKeys}`],
    [
      live.filter(({ usage }) => usage.state === "never-used").length,
      "never used",
      `usage:never-used ${ofLiveKeys}`,
    ],
    [live.filter(({ owner }) => owner === null).length, "nobody's", `owner:"" ${ofLiveKeys}`],
  ];
  return html`<nav class="views" aria-label="How many keys need what">
    ${counts
      .filter(([number]) => number > 0)
      .map(
        ([number, word, q]) =>
          html`<a href="/console/keys?${new URLSearchParams({ q }).toString()}"><b>${number}</b> ${word}</a>`,
      )}
  </nav>`;
}

const MOST_ROTATIONS = 5;

/** What is being replaced now, whoever does it, with the time that is left of each old key. */
function rotationsCard({ judge }: Console, rotations: readonly RotationRecord[]): Html | false {
  if (rotations.length === 0) return false;
  const rest = rotations.length - MOST_ROTATIONS;
  return html`<section class="card">
    <h2>Rotations in progress</h2>
    <ul class="practice">
      ${rotations
        .slice(0, MOST_ROTATIONS)
        .map(
          ({ id, keyId, keyName, step, deadlineSeconds, startedBy }) =>
            html`<li>
              <a href="/console/rotations/${id}">${keyName === "" ? keyId : judge.show(keyName)}</a
              ><span
                >${deadlineSeconds !== null && deadlineSeconds > 0 ? `the old key works for another ${formatCountdown(deadlineSeconds)}` : `at the step ${step}`},
                by ${judge.show(startedBy)}</span
              >
            </li>`,
        )}
    </ul>
    ${rest > 0 && html`<p><a href="/console/rotations">${rest} more</a></p>`}
  </section>`;
}

/** The words of the ranking lead to where it is done; whoever may not do it is led to look at the key. */
function todoLink(
  { row, todo, reason }: NextItem,
  rotations: readonly RotationRecord[],
  { role }: Viewer,
): Html {
  const stopped = reason === "stopped" && rotations.find(({ keyId }) => keyId === row.id);
  const label = `${todo}: ${keyName(row)}`;
  if (stopped) return html`<a href="/console/rotations/${stopped.id}" aria-label="${label}">${todo}</a>`;
  const isAct = todo === "rotate" || todo === "revoke";
  if (isAct && !roleMay(role, todo))
    return html`<a href="${keyAddress(row.id)}" aria-label="look: ${keyName(row)}">look</a>`;
  return html`<a href="${keyAddress(row.id, isAct ? todo : "")}" aria-label="${label}">${todo}</a>`;
}
