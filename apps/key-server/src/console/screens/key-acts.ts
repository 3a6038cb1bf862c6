import { describeOwner, describeUse, isLiveRow, type Act } from "@keywarden/inventory";
import type { OperatorRoute } from "../../http/route.ts";
import { editKeyRoute } from "../../operator/edit-key.ts";
import { revokeKeyRoute } from "../../operator/revoke-key.ts";
import { disableKeyRoute, enableKeyRoute } from "../../operator/switch-key.ts";
import { refuse } from "../../refusal.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { ask } from "../../auth/ask.ts";
import { decidingFacts } from "./deciding-facts.ts";
import { editPlan } from "./edit-plan.ts";
import { findKey, seenState, type ShownKey } from "./find-key.ts";
import { whenAllowed } from "./locked-act.ts";
import { permissionField } from "./permission-field.ts";
import { providerTexts } from "./providers/provider-texts.ts";
import { readRestrictionForm, restrictionFields } from "./restriction-fields.ts";

/** Where a key is edited, restricted, disabled, enabled and revoked: each on a page that says what will happen. */
export function mountKeyActs(tools: Console): void {
  const { context, change, problem } = tools;
  showAct(tools, "edit", (key) => ({ title: `Edit ${key.name}` }), editForm);
  showAct(tools, "disable", (key) => ({ title: `Disable ${key.name}` }), switchForm("disable"));
  showAct(tools, "enable", (key) => ({ title: `Enable ${key.name}` }), switchForm("enable"));
  showAct(tools, "revoke", (key) => ({ title: `Revoke ${key.name}` }), revokeForm);

  takeAct(tools, "edit", editKeyRoute, {
    bodyOf: readEdit,
    plan: (to, key) =>
      to.form.text("planned") === "yes" ? null : editPlan(tools, to, key, readEdit(to, key)),
  });
  takeAct(tools, "disable", disableKeyRoute);
  takeAct(tools, "enable", enableKeyRoute);

  change("/console/keys/:id/revoke", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { row, name, address } = found.value;
    if (to.form.text("typed") !== name.trim())
      return problem(to, refuse("BAD_REQUEST", "what was typed is not the key's name").refusal);
    const ended = await ask(context, to, revokeKeyRoute, {
      params: { id: row.id },
      ifMatch: to.form.text("seen"),
    });
    return ended.ok ? to.reply.redirect(address, 303) : problem(to, ended.refusal);
  });
}

type ActForm = (key: ShownKey, to: ConsoleVisit) => Html;

function showAct(
  tools: Console,
  act: Act,
  says: (key: ShownKey) => { readonly title: string },
  form: ActForm,
): void {
  tools.show(`/console/keys/:id/${act}`, async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return tools.problem(to, found.refusal);
    const key = found.value;
    const body = isLiveRow(key.row)
      ? html`${act === "revoke" && (await decidingFacts(tools, key, to))}
        ${whenAllowed(to, act, form(key, to))}`
      : note("This key has ended and no longer works.");
    return tools.page(to, {
      ...says(key),
      path: to.request.url,
      crumbs: key.crumbs,
      lead: html`<code>${key.row.redacted}</code> · ${describeUse(key.row, to.nowMs)} ·
        ${describeOwner(key.row)}`,
      body,
    });
  });
}

function takeAct(
  tools: Console,
  act: Act,
  route: OperatorRoute,
  {
    bodyOf = () => undefined,
    plan = () => null,
  }: {
    readonly bodyOf?: (to: ConsoleVisit, key: ShownKey) => unknown;
    /** What to ask before it is done; null where nothing is to ask. */
    readonly plan?: (to: ConsoleVisit, key: ShownKey) => Promise<Html | null> | null;
  } = {},
): void {
  tools.change(`/console/keys/:id/${act}`, async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return tools.problem(to, found.refusal);
    const { row, address, name, crumbs } = found.value;
    const body = await plan(to, found.value);
    if (body !== null)
      return tools.page(to, { title: `Restrict ${name}?`, path: `${address}/${act}`, crumbs, body });
    const done = await ask(tools.context, to, route, {
      params: { id: row.id },
      ifMatch: to.form.text("seen"),
      body: bodyOf(to, found.value),
    });
    return done.ok ? to.reply.redirect(address, 303) : tools.problem(to, done.refusal);
  });
}

function readEdit({ form }: ConsoleVisit, { row, provider }: ShownKey): unknown {
  const restrictions = readRestrictionForm(provider?.dialect.restrictions ?? [], form);
  const permissions = form.list("permissions");
  const isListed = provider?.dialect.permissions.carriers.includes(row.kind) === true;
  return {
    name: form.text("name"),
    owner: form.text("owner") === "" ? null : form.text("owner"),
    tags: form.list("tags"),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    ...(isListed && { permissions: permissions.length === 0 ? null : permissions }),
  };
}

const editForm: ActForm = (key, to) => {
  const { row, provider, address } = key;
  const names = provider?.dialect.restrictions ?? [];
  const texts = providerTexts.find((one) => one.provider === row.told.provider);
  const carries = provider?.dialect.permissions.carriers.includes(row.kind) === true;
  return html`<form class="act card" method="post" action="${address}/edit">
    ${seenState(key, to)} ${textField("name", "Name", { value: row.name, isRequired: true })}
    <div class="pair">
      ${textField("owner", "Owner", { value: row.owner ?? "", hint: "The person or team that answers for it." })}
      ${textField("tags", "Tags", { value: row.tags.join(", "), hint: "By commas." })}
    </div>
    ${names.length > 0 && html`<h2>Restrict</h2>`}
    ${restrictionFields(names, row.told.restrictions, texts?.fields)}
    ${provider !== undefined && carries && permissionField(provider.dialect, texts?.permissions ?? [], row.permissions ?? [])}
    ${names.length > 0 && html`<p class="dim">A field that is empty does not restrict. What you change here holds for the old key of a rotation, too.</p>`}
    <div class="row"><button class="main">Save</button><a class="button" href="${address}">Cancel</a></div>
  </form>`;
};

const switchForm =
  (act: "disable" | "enable"): ActForm =>
  (key, to) =>
    html`<form class="act card" method="post" action="${key.address}/${act}">
      ${seenState(key, to)}
      <p>
        ${
          act === "disable"
            ? "It stops at once, with whatever uses it, until somebody enables it again. Use this when you are not sure."
            : "It works again as it did before."
        }
      </p>
      <div class="row">
        <button class="main">${act === "disable" ? "Disable" : "Enable"}</button
        ><a class="button" href="${key.address}">Cancel</a>
      </div>
    </form>`;

const revokeForm: ActForm = (key, to) =>
  html`<form class="act card" method="post" action="${key.address}/revoke">
    ${seenState(key, to)}
    <p class="danger">No grace period and no way back: whatever uses the key fails from then on.</p>
    ${textField("typed", `Type ${key.name}`, { isRequired: true })}
    <div class="row">
      <button class="end">Revoke at once</button><a class="button" href="${key.address}">Cancel</a>
    </div>
  </form>`;
