import type { Alert } from "@keywarden/management";
import { checkRole } from "../../auth/right.ts";
import {
  createKeyAlertRoute,
  deleteKeyAlertRoute,
  listKeyAlertsRoute,
} from "../../operator/manage-alerts.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { choiceField, textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { lockForm, mark } from "../markup/page.ts";
import type { Form } from "../markup/read-form.ts";
import { ask } from "../../auth/ask.ts";
import { findKey, type ShownKey } from "./find-key.ts";

/** The alerts of one key: those that there are, with what ends them, and the way to another one. */
export async function keyAlertsCard(
  { context, judge }: Console,
  to: ConsoleVisit,
  key: ShownKey,
): Promise<Html> {
  const answer = await ask(context, to, listKeyAlertsRoute, { params: { id: key.row.id } });
  if (!answer.ok) return note(judge.show(answer.refusal.message), "warning");
  const { alerts } = answer.value.body as { readonly alerts: readonly Alert[] };
  const mayChange = checkRole(to.viewer.role, "alerts").ok;
  return html`<section class="card" id="alerts">
    <div class="head">
      <h2>Alerts</h2>
      ${mayChange && to.viewer.isUnlocked && html`<a href="${key.address}/alerts/new">Add an alert</a>`}
    </div>
    ${
      alerts.length === 0
        ? html`<p class="dim">
            No one is alerted when this key is used too often or from an unexpected address.
          </p>`
        : html`<ul class="practice">
            ${alerts.map(
              (alert) =>
                html`<li>
                  <span
                    >${describeAlert(alert, judge.show)}
                    <small
                      >${alert.lastFiredAt === null ? "never fired" : `last fired ${alert.lastFiredAt.slice(0, 16).replace("T", " ")} UTC`}${alert.webhookUrl !== null && `, to ${judge.show(alert.webhookUrl)}`}</small
                    ></span
                  >
                  ${
                    mayChange &&
                    to.viewer.isUnlocked &&
                    html`<form
                      method="post"
                      action="${key.address}/alerts/${encodeURIComponent(alert.id)}/remove"
                    >
                      ${mark(to.viewer)}<button
                        aria-label="Remove the alert: ${describeAlert(alert, judge.show)}"
                      >
                        Remove
                      </button>
                    </form>`
                  }
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}

/** Says what an alert watches. */
function describeAlert({ moreThan, of, outsideOf, per }: Alert, show: (text: string) => string): string {
  if (outsideOf !== null) return `Called from outside of ${show(outsideOf.join(", "))}`;
  const what =
    of === "per-cent-of-the-rate-limit"
      ? "% of the rate limit"
      : of === "errors"
        ? "refused requests"
        : "requests";
  return `More than ${(moreThan ?? 0).toLocaleString("en-US")} ${what} a ${per}`;
}

/** Where an alert of a key is made and removed. */
export function mountKeyAlerts(tools: Console): void {
  const { context, show, change, page, problem } = tools;
  show("/console/keys/:id/alerts/new", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { address, crumbs, name } = found.value;
    const body = to.viewer.isUnlocked
      ? alertForm(`${address}/alerts`, to)
      : html`${note("This session only reads until you unlock changes.")}
        ${lockForm(to.viewer, to.request.url)}`;
    return page(to, { title: "Add an alert", path: to.request.url, crumbs, lead: `About ${name}.`, body });
  });
  change("/console/keys/:id/alerts", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { row, address, crumbs } = found.value;
    const made = await ask(context, to, createKeyAlertRoute, {
      params: { id: row.id },
      body: wantedAlert(to.form),
    });
    if (!made.ok) return problem(to, made.refusal);
    const { signingSecret } = made.value.body as { readonly signingSecret?: string };
    if (signingSecret === undefined) return to.reply.redirect(`${address}#alerts`, 303);
    const body = html`<div class="card">
      <p>Its calls are signed with this secret. Copy it now: it is not shown again.</p>
      <div class="secret"><code tabindex="0" data-copy>${signingSecret}</code></div>
      <p><a class="button main" href="${address}#alerts">I have stored it</a></p>
    </div>`;
    return page(to, { title: "The alert is set", path: address, crumbs, body });
  });
  change("/console/keys/:id/alerts/:alertId/remove", async (to) => {
    const { id = "", alertId = "" } = to.request.params as Readonly<Record<string, string>>;
    const removed = await ask(context, to, deleteKeyAlertRoute, { params: { id, alertId } });
    if (!removed.ok) return problem(to, removed.refusal);
    return to.reply.redirect(`/console/keys/${encodeURIComponent(id)}#alerts`, 303);
  });
}

function alertForm(action: string, { viewer }: ConsoleVisit): Html {
  return html`<form class="act card" method="post" action="${action}">
    ${mark(viewer)}
    <div class="pair">
      ${textField("moreThan", "More than so many", { type: "number", placeholder: "1000" })}
      ${choiceField("of", "Of", [
        { value: "requests", word: "requests" },
        { value: "errors", word: "refused requests" },
      ])}
      ${choiceField("per", "Per", [
        { value: "minute", word: "minute" },
        { value: "hour", word: "hour" },
        { value: "day", word: "day" },
      ])}
    </div>
    ${textField("outsideOf", "Or: from outside of these IP ranges", {
      placeholder: "10.0.0.0/8, 203.0.113.7",
      hint: "Fill this in to be told of calls from an unexpected address instead.",
    })}
    ${textField("webhookUrl", "Webhook", {
      type: "url",
      placeholder: "https://hooks.example.com/keys",
      hint: "Without one, the alert shows on Next and on Alerts only.",
    })}
    <button class="main">Add the alert</button>
  </form>`;
}

function wantedAlert(form: Form): Readonly<Record<string, unknown>> {
  const webhookUrl = form.text("webhookUrl");
  const outsideOf = form.list("outsideOf");
  const shared = { per: form.text("per"), ...(webhookUrl !== "" && { webhookUrl }) };
  if (outsideOf.length > 0) return { ...shared, outsideOf };
  return { ...shared, moreThan: Number(form.text("moreThan")), of: form.text("of") };
}
