import { columns, isLiveRow, sortRows } from "@keywarden/inventory";
import { done, type Outcome } from "../../../refusal.ts";
import { addressWith, type Console, type ConsoleVisit } from "../../console.ts";
import { html, type Html } from "../../markup/html.ts";
import { empty } from "../../markup/notes.ts";
import { table } from "../../markup/table.ts";
import { keyAddress, keyLink, keyName } from "../key-link.ts";
import { readDay } from "../read-day.ts";
import { readInventory } from "../read-inventory.ts";
import type { ProviderTexts } from "./provider-texts.ts";

const MOST_ROWS = 50;

/** Lists the live keys of a provider by their use, each with a link to where one goes on about it. */
export async function keysByDay(
  tools: Console,
  to: ConsoleVisit,
  { path, provider }: Pick<ProviderTexts, "path" | "provider">,
  link: { readonly title: string; readonly word: string; readonly under: string },
): Promise<Outcome<Html>> {
  const read = await readInventory(tools, to, { provider });
  if (!read.ok) return read;
  const live = sortRows(read.value.rows.filter(isLiveRow), { column: "last-used", direction: "ascending" });
  if (live.length === 0)
    return done(empty("There is no key that works.", "A key that is made or imported shows up here."));
  const rows = live.slice(0, MOST_ROWS);
  const day = await readDay(tools, rows, to.nowMs);
  const isCut = live.length > rows.length || read.value.isPartial;
  return done(
    html`<h2>${link.title}</h2>
      ${table(
        link.title,
        ["Key", "Env", "24 hours", "Last used", "Do"].map((title) => ({ title })),
        rows.map((row, index) => [
          { body: keyLink(row) },
          { body: columns.environment.text(row, to.nowMs), tone: columns.environment.tone(row) },
          { body: day[index] ?? "" },
          { body: columns["last-used"].text(row, to.nowMs) },
          {
            body: html`<a href="${keyAddress(row.id, link.under)}" aria-label="${link.word}: ${keyName(row)}"
              >${link.word}</a
            >`,
          },
        ]),
      )}
      ${
        isCut &&
        html`<p class="dim">
          These are ${rows.length} of them; see
          <a href="${addressWith(path, { sort: "last-used" })}">all keys by their last use</a>.
        </p>`
      }`,
  );
}
