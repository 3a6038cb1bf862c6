import { isLiveRow, matchQuery, printQuery, readQuery, roleMay } from "@keywarden/inventory";
import type { ManagedKey } from "@keywarden/management";
import { createKeyRoute } from "../../../operator/create-key.ts";
import { showUsageRoute } from "../../../operator/show-usage.ts";
import { done, type Outcome } from "../../../refusal.ts";
import type { MountedProvider } from "../../../server-context.ts";
import { addressWith, type Console, type ConsoleVisit } from "../../console.ts";
import { html, type Html } from "../../markup/html.ts";
import { note } from "../../markup/notes.ts";
import { ask } from "../../../auth/ask.ts";
import { checkRole } from "../../../auth/right.ts";
import { auditPage } from "../audit-screen.ts";
import { eventList, watched } from "../alerts-screen.ts";
import { createForm, wantedKey } from "./create-form.ts";
import { keyAddress } from "../key-link.ts";
import { keyList, ofLiveKeys } from "../key-list.ts";
import { keysByDay } from "./keys-by-day.ts";
import { whenAllowed, whenUnlocked } from "../locked-act.ts";
import { providerTexts, type Practice, type ProviderTexts } from "./provider-texts.ts";
import { readInventory } from "../read-inventory.ts";
import { secretCard } from "../secret-card.ts";
import { usageCard } from "../usage-card.ts";

const ENTRIES_A_PAGE = 50;

/** Each provider's own screen, at the address and with the words of its document. */
export function mountProviders(tools: Console): void {
  for (const texts of providerTexts) {
    const provider = tools.context.providers.get(texts.provider);
    if (provider === undefined) continue;
    mountList(tools, texts);
    mountCreate(tools, texts, provider);
    for (const { under } of texts.tabs) mountTab(tools, texts, under);
  }
}

function mountList(tools: Console, texts: ProviderTexts): void {
  const { path, provider } = texts;
  tools.show(path, async (to) => {
    const list = await keyList(tools, to, { path, provider, columns: texts.columns });
    if (!list.ok) return tools.problem(to, list.refusal);
    const body = html`${tabs(texts, "")}${note(texts.warning, "warning")}${list.value}${await practices(tools, to, texts)}`;
    return screen(tools, to, texts, body);
  });
}

function mountTab(tools: Console, texts: ProviderTexts, under: "usage" | "alerts" | "audit"): void {
  const { path, provider } = texts;
  const write = async (to: ConsoleVisit): Promise<Outcome<Html>> => {
    const keys = await keysByDay(tools, to, texts, tabLinks[under]);
    if (!keys.ok) return keys;
    if (under === "alerts") {
      const events = await eventList(tools, to, `${path}/alerts`, { provider });
      return events.ok ? done(html`${events.value} ${watched} ${keys.value}`) : events;
    }
    if (under === "usage") {
      const asked = { title: "Requests", path: `${path}/usage`, route: showUsageRoute, query: { provider } };
      return done(html`${await usageCard(tools, to, asked)} ${keys.value}`);
    }
    // Whoever is limited to some keys has the log of each.
    if (to.viewer.limits !== null || !checkRole(to.viewer.role, "audit").ok) return keys;
    const log = await auditPage(tools, to, `${path}/audit`, { provider }, ENTRIES_A_PAGE);
    return log.ok
      ? done(
          html`<p>
              What was done to ${tools.context.providers.get(provider)?.profile.name ?? provider}'s keys, and
              refused, newest first; each key has its own log.
            </p>
            ${log.value} ${keys.value}`,
        )
      : log;
  };
  tools.show(`${path}/${under}`, async (to) => {
    const body = await write(to);
    if (!body.ok) return tools.problem(to, body.refusal);
    return screen(tools, to, texts, html`${tabs(texts, under)}${body.value}`);
  });
}

const tabLinks = {
  alerts: {
    title: "Be alerted when a key is used too often, or from an unexpected IP range",
    word: "add an alert",
    under: "alerts/new",
  },
  usage: { title: "Use by key", word: "see its use", under: "" },
  audit: { title: "The log of each key", word: "see its log", under: "log" },
} as const;

function mountCreate(tools: Console, texts: ProviderTexts, provider: MountedProvider): void {
  const { context, judge } = tools;
  const home = { path: texts.path, name: texts.title };
  tools.show(`${texts.path}/new`, async (to) => {
    const form = createForm(texts, provider, to.viewer);
    const body = html`${note(texts.warning, "warning")} ${whenAllowed(to, "create", form)}`;
    return tools.page(to, { title: texts.create, path: to.request.url, crumbs: [home], body });
  });
  tools.change(texts.path, async (to) => {
    const made = await ask(context, to, createKeyRoute, { body: wantedKey(texts, provider, to.form) });
    if (!made.ok) return tools.problem(to, made.refusal);
    const { key, secret } = made.value.body as { readonly key: ManagedKey; readonly secret: string };
    const more = html`<p>${texts.store}</p>`;
    const body = secretCard({ secret, says: texts.copy, to: keyAddress(key.id), more });
    return tools.page(to, { title: judge.show(key.name), path: texts.path, crumbs: [home], body });
  });
}

function screen(
  tools: Console,
  to: ConsoleVisit,
  texts: ProviderTexts,
  body: Html,
): ReturnType<Console["page"]> {
  const name = tools.context.providers.get(texts.provider)?.profile.name ?? texts.provider;
  return tools.page(to, {
    title: texts.title,
    path: to.request.url,
    // A way that names the provider itself needs no other beginning.
    lead: [...(texts.way[0]?.startsWith(name) === true ? [] : [name]), ...texts.way, texts.title].join(" → "),
    tools: whenUnlocked(
      to,
      roleMay(to.viewer.role, "create") ? ["create a key"] : [],
      html`<a class="button main" href="${texts.path}/new">${texts.create}</a>`,
    ),
    body,
  });
}

function tabs({ path, title, tabs: beside }: ProviderTexts, here: string): Html {
  const all = [{ under: "", word: title }, ...beside];
  return html`<nav class="tabs" aria-label="Parts of this screen">
    ${all.map(
      ({ under, word }) =>
        html`<a
          href="${under === "" ? path : `${path}/${under}`}"
          ${under === here && html`aria-current="page"`}
          >${word}</a
        >`,
    )}
  </nav>`;
}

// What a document asks for is counted on the keys that there are.
async function practices(tools: Console, to: ConsoleVisit, texts: ProviderTexts): Promise<Html> {
  const read = await readInventory(tools, to, { provider: texts.provider });
  const rows = read.ok ? read.value.rows.filter(isLiveRow) : [];
  const isPartial = !read.ok || read.value.isPartial;
  const departed = tools.context.policy.policy()?.departed ?? [];
  const line = ({ says, query: asked }: Practice): Html => {
    const query = liveQuery(asked === "departed" ? ownersQuery(departed) : asked);
    if (query === null)
      return html`<li><span>${says}</span><span class="dim">nobody is named in --policy</span></li>`;
    if (query === undefined) return html`<li><span>${says}</span></li>`;
    const matches = matchQuery(readQuery(query));
    const found = rows.filter((row) => matches(row, to.nowMs)).length;
    const number = isPartial ? "show them" : found === 0 ? "none" : `${found} of ${rows.length}`;
    return html`<li>
      <span>${says}</span
      ><a href="${addressWith(texts.path, { q: query })}" aria-label="${says} ${number}">${number}</a>
    </li>`;
  };
  return html`<div class="two">
    <section class="card">
      <h2>Best practices</h2>
      <ul class="practice">
        ${texts.practices.map(line)}
      </ul>
    </section>
    ${explain("Key types", texts.types)}
    ${texts.troubleshooting !== undefined && explain("Troubleshooting", texts.troubleshooting)}
  </div>`;
}

function explain(title: string, words: NonNullable<ProviderTexts["troubleshooting"]>): Html {
  return html`<section class="card">
    <h2>${title}</h2>
    <dl>
      ${words.map(
        ({ word, says }) =>
          html`<div>
            <dt>${word}</dt>
            <dd>${says}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

/** A number counts keys that work, so the list behind it shows no others. */
function liveQuery<Query extends string | null | undefined>(query: Query): Query | string {
  if (typeof query !== "string" || query.includes("status:")) return query;
  return `${query} ${ofLiveKeys}`;
}

/** Asks for the keys of any of these owners; null when there are none. */
function ownersQuery(owners: readonly string[]): string | null {
  if (owners.length === 0) return null;
  const values = owners.map((text) => ({ text, isPattern: false }));
  return printQuery([{ type: "field", field: "owner", isNegated: false, values }]);
}
