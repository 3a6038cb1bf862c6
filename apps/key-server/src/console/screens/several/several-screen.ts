import { roleMay } from "@keywarden/inventory";
import { refuse } from "../../../refusal.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { textField } from "../../markup/fields.ts";
import { html, type Html } from "../../markup/html.ts";
import { note } from "../../markup/notes.ts";
import { mark } from "../../markup/page.ts";
import { table } from "../../markup/table.ts";
import { keyLink } from "../key-link.ts";
import { whenAllowed } from "../locked-act.ts";
import { changeOne, type Asked } from "./change-one.ts";
import { describeMarked, findAsked, findMarked, type MarkedKey } from "./find-marked.ts";
import { severalActs, severalRights, severalWords, type SeveralAct } from "./several-acts.ts";
import { rotationPlans } from "./rotation-plans.ts";

const crumbs = [{ path: "/console/keys", name: "Keys" }];
/** What is typed to say that so many keys are meant. */
const challengeOf = (act: SeveralAct, keys: readonly unknown[]): string =>
  `${act} ${keys.length} key${keys.length === 1 ? "" : "s"}`;

/** Where the marked keys of a list are changed at once: what will happen to each is read before it is confirmed. */
export function mountSeveral(tools: Console): void {
  const { show, change, page, problem } = tools;

  show("/console/several", async (to) => {
    const query = new URLSearchParams(to.request.url.split("?")[1] ?? "");
    const act = severalActs.find((one) => one === query.get("act"));
    const ids = await findAsked(tools, to, query);
    const found = ids.ok ? await findMarked(tools, to, ids.value) : ids;
    if (act === undefined || !found.ok)
      return problem(to, found.ok ? refuse("BAD_REQUEST", "nothing is to be done").refusal : found.refusal);
    const keys = found.value;
    const plans = act === "rotate" ? await rotationPlans(tools, to, keys, query) : null;
    const meant = keys.filter(({ row }) => plans === null || plans.says.get(row.id)?.isRefused === false);
    if (meant.length === 0)
      return page(to, {
        title: `${severalWords[act]}: nothing to do`,
        path: to.request.url,
        crumbs,
        body: html`${plans?.form ?? ""} ${await describeMarked(tools, to, keys, plans?.says ?? null)}`,
      });
    const body = html`${plans?.form ?? ""} ${await describeMarked(tools, to, keys, plans?.says ?? null)}
    ${act === "revoke" && note("No grace period and no way back: whatever uses these keys fails from then on.", "danger")}
    ${act === "disable" && note("They stop at once, with whatever uses them, until somebody enables them again.", "warning")}
    ${whenAllowed(to, severalRights[act], confirmForm(to, act, meant, plans?.fields ?? html``))}`;
    return page(to, {
      title: `${severalWords[act]} ${keys.length} key${keys.length === 1 ? "" : "s"}`,
      path: to.request.url,
      crumbs,
      body,
    });
  });

  change("/console/several", async (to) => {
    const { form } = to;
    const act = severalActs.find((one) => one === form.text("act"));
    if (act === undefined) return problem(to, refuse("BAD_REQUEST", "nothing is to be done").refusal);
    const asked = form.list("key").map(readAsked);
    if (!roleMay(to.viewer.role, severalRights[act]))
      return problem(to, refuse("FORBIDDEN", `the role ${to.viewer.role} may not ${act}`).refusal);
    if (act === "revoke" && form.text("typed") !== challengeOf(act, asked))
      return problem(to, refuse("BAD_REQUEST", "what was typed is not what was asked for").refusal);
    const found = await findMarked(
      tools,
      to,
      asked.map(({ id }) => id),
    );
    if (!found.ok) return problem(to, found.refusal);
    const rows = [];
    const taken = new Set<string>();
    for (const key of found.value) {
      const seen = asked.find(({ id }) => id === key.row.id);
      const outcome = await changeOne(
        tools,
        to,
        act,
        key,
        seen ?? { id: key.row.id, seen: "", rotation: "" },
        taken,
      );
      rows.push([
        { body: keyLink(key.row) },
        { body: outcome.says, tone: outcome.isDone ? ("plain" as const) : ("danger" as const) },
      ]);
    }
    const columns = [{ title: "Key" }, { title: "What became of it", isLong: true }];
    return page(to, {
      title: `${severalWords[act]}: what became of it`,
      path: "/console/several",
      crumbs,
      body: html`${table("What became of each key", columns, rows)}
        <p><a class="button" href="/console/keys">Back to the keys</a></p>`,
    });
  });
}

/** A key with the state that its reader saw, and the rotation that was planned for it: `<id> <ETag> <rotation>`. */
function readAsked(text: string): Asked {
  const [id = "", seen = "", rotation = ""] = text.split(" ");
  return { id, seen, rotation };
}

function confirmForm(to: ConsoleVisit, act: SeveralAct, keys: readonly MarkedKey[], fields: Html): Html {
  return html`<form class="act card" method="post" action="/console/several">
    ${mark(to.viewer)}<input type="hidden" name="act" value="${act}" />
    ${keys.map(({ row, seen, rotation }) => html`<input type="hidden" name="key" value="${row.id} ${seen} ${rotation}" />`)}
    ${fields}
    ${act === "tag" && textField("tags", "Tags to add", { isRequired: true, hint: "By commas. The tags that a key has stay." })}
    ${act === "revoke" && textField("typed", `Type ${challengeOf(act, keys)}`, { isRequired: true })}
    <div class="row">
      <button class="${act === "revoke" ? "end" : "main"}">
        ${severalWords[act]} ${keys.length === 1 ? "it" : `all ${keys.length}`}</button
      ><a class="button" href="/console/keys">Cancel</a>
    </div>
  </form>`;
}
