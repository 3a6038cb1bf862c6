import { randomUUID } from "node:crypto";
import {
  describeGrace,
  describeOwner,
  describeUse,
  formatCountdown,
  isLiveRow,
  type KeyRow,
} from "@keywarden/inventory";
import { findFormat, generateKey } from "@keywarden/key-format";
import { describeOwnKey } from "@keywarden/management";
import { rotateKeyRoute } from "../../operator/rotate-key.ts";
import { refuse } from "../../refusal.ts";
import type { Console } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { ask } from "../session/visitor.ts";
import { decidingFacts } from "./deciding-facts.ts";
import { findKey, seenState } from "./find-key.ts";
import { whenAllowed } from "./locked-act.ts";

/**
 * Where a key is rotated, in two steps: the new key is made and shown, and takes over only when its reader says that it
 * is stored. Until then nothing has changed, so no lost page can lose a key, also where the old one stops at once. The
 * second step carries the new key's hash, as the operator API takes it from programs that make their own keys.
 */
export function mountRotation(tools: Console): void {
  const { context, show, change, page, problem } = tools;

  show("/console/keys/:id/rotate", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const key = found.value;
    const { row, address, crumbs, name, provider } = key;
    const grace = describeGrace(provider?.profile.rotation.graceSeconds ?? 0);
    const form = html`<form class="act card" method="post" action="${address}/rotate">
      ${seenState(key, to)}
      <ol class="steps">
        <li>You see the new key and store it. Nothing changes yet.</li>
        <li>You say that it is stored, and it starts to work.</li>
        <li class="${grace.tone}">${grace.text}</li>
      </ol>
      ${earlierStops(row, to.nowMs)}
      <p class="dim">
        This page gives the new key to you alone: it delivers to no sink, verifies nothing and keeps no
        journal. If the page is lost before the second step, the old key goes on as it was.
        <code>keywarden rotate ${row.id} --to &lt;sink&gt;</code> delivers, verifies and resumes by itself.
      </p>
      <div class="row">
        <button class="main">Show the new key</button><a class="button" href="${address}">Cancel</a>
      </div>
    </form>`;
    const ended = note("A key that has ended or is disabled cannot be rotated.");
    return page(to, {
      title: `Rotate ${name}`,
      path: to.request.url,
      crumbs,
      lead: html`<code>${row.redacted}</code> · ${describeUse(row, to.nowMs)} · ${describeOwner(row)}`,
      body:
        isLiveRow(row) && row.told.state !== "disabled"
          ? html`${await decidingFacts(tools, key, to)} ${whenAllowed(to, "rotate", form)}`
          : ended,
    });
  });

  change("/console/keys/:id/rotate", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { row, address, crumbs, name, provider } = found.value;
    const earlier = earlierStops(row, to.nowMs);
    const { kind, environment, label } = row.told;
    const format = provider && findFormat(provider.profile, { kind, environment, label });
    if (format === undefined)
      return problem(
        to,
        refuse("BAD_REQUEST", "the provider no longer has such keys; create a new one").refusal,
      );
    const secret = generateKey(format, context.randomBytes);
    const grace = describeGrace(provider?.profile.rotation.graceSeconds ?? 0);
    const body = html`<form class="act card" method="post" action="${address}/rotate/confirm">
      ${seenState(found.value, to)}
      <input type="hidden" name="claim" value="${describeOwnKey({ secret, format })}" />
      <input type="hidden" name="once" value="${randomUUID()}" />
      <p role="status">Copy the new key now. It is not shown again, and it does not work yet.</p>
      <div class="secret"><code class="key" tabindex="0" data-copy>${secret.reveal()}</code></div>
      <p class="${grace.tone}">${grace.text}</p>
      ${earlier}
      <div class="row">
        <button class="main">I have stored it: rotate</button
        ><a class="button" href="${address}">Cancel, keep the old key</a>
      </div>
    </form>`;
    return page(to, { title: `The new key of ${name}`, path: address, crumbs, body });
  });

  change("/console/keys/:id/rotate/confirm", async (to) => {
    const { id = "" } = to.request.params as { readonly id?: string };
    const { form } = to;
    const rotated = await ask(context, to, rotateKeyRoute, {
      params: { id },
      ifMatch: form.text("seen"),
      // A page that is sent twice rotates once: the second time it is answered as the first.
      idempotencyKey: form.text("once"),
      ownKey: form.text("claim"),
    });
    if (!rotated.ok) return problem(to, rotated.refusal);
    return to.reply.redirect(`/console/keys/${encodeURIComponent(id)}`, 303);
  });
}

/** Says what a second rotation ends before its time: a key has one old secret at most. */
function earlierStops({ rotation }: KeyRow, nowMs: number): Html | false {
  if (rotation.state !== "in-grace") return false;
  const left = formatCountdown((rotation.graceUntilMs - nowMs) / 1000);
  return html`<p class="danger">
    The key before the present one still works for another ${left}. It stops at once when you rotate again.
  </p>`;
}
