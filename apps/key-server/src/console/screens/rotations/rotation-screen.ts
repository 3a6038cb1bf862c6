import { describeEntry, formatCountdown, formatMoment, roleMay } from "@keywarden/inventory";
import type { ManagedKey, RotationRecord } from "@keywarden/management";
import { mayAbandon, type RotationState } from "@keywarden/rotation";
import { ask } from "../../../auth/ask.ts";
import { showKeyRoute } from "../../../operator/show-key.ts";
import { showRotationRoute } from "../../../operator/manage-rotations.ts";
import { done, refuse, type Outcome } from "../../../refusal.ts";
import { isUnasked } from "../../../rotation-service/key-beforehand.ts";
import { isForPerson, isToldFailure, type KeptRotation } from "../../../rotation-service/rotation-service.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { html, type Html } from "../../markup/html.ts";
import { factList, note } from "../../markup/notes.ts";
import { lockForm, mark } from "../../markup/page.ts";
import { table } from "../../markup/table.ts";
import { keyAddress } from "../key-link.ts";
import { sinkNames } from "./sink-names.ts";

const crumbs = [{ path: "/console/rotations", name: "Rotations" }];

/** One rotation: how far it is, what it waits for, and what a person can do about it. */
export function mountRotationPages(tools: Console): void {
  const { rotationService, show, change, page, problem } = tools;
  show("/console/rotations/:id", async (to) => {
    const found = await findRotation(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { id, keyId, keyName, kept, record } = found.value;
    return page(to, {
      title: `Rotation of ${keyName === "" ? keyId : keyName}`,
      path: to.request.url,
      crumbs,
      lead: html`<code>${id}</code
        >${record !== null && html` · begun by ${tools.judge.show(record.startedBy)} at ${formatMoment(Date.parse(record.startedAt))}`}`,
      body: kept === null ? elsewhere(tools, found.value) : here(tools, to, { ...found.value, kept }),
    });
  });
  if (rotationService === null) return;

  change("/console/rotations/:id/show", async (to) => {
    const found = await findRotation(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { id, keyName } = found.value;
    if (!roleMay(to.viewer.role, "rotate")) return problem(to, notAllowed(to));
    const secret = await rotationService.reveal(to, id);
    if (secret === null)
      return problem(
        to,
        refuse("ROTATION_ENDED", "the new key is stored already, or is no longer kept here").refusal,
      );
    const { kept } = found.value;
    const isFirst = kept !== null && isUnasked(kept.state);
    const body = html`<div class="card">
      <p role="status">
        Copy the new key now and store it.
        ${isFirst ? "It does not work yet, and the old key still does." : "Nobody has it yet; it works once it is in all of its sinks."}
      </p>
      ${isFirst && note("Once you go on, the old key stops at once: whatever still uses it fails until it has the new one.", "danger")}
      <div class="secret"><code class="key" tabindex="0" data-copy>${secret.reveal()}</code></div>
      <form class="row" method="post" action="/console/rotations/${id}/stored">
        ${mark(to.viewer)}<button class="main">I have stored it: go on</button
        ><a class="button" href="/console/rotations/${id}">Not yet</a>
      </form>
    </div>`;
    return page(to, { title: `The new key of ${keyName}`, path: `/console/rotations/${id}`, crumbs, body });
  });

  const act = (name: string, work: (to: ConsoleVisit, id: string) => Promise<void>): void =>
    change(`/console/rotations/:id/${name}`, async (to) => {
      const found = await findRotation(tools, to);
      if (!found.ok) return problem(to, found.refusal);
      if (!roleMay(to.viewer.role, "rotate")) return problem(to, notAllowed(to));
      try {
        await work(to, found.value.id);
      } catch (error) {
        if (!isToldFailure(error)) throw error;
        return problem(to, refuse("BAD_REQUEST", error.message).refusal);
      }
      return to.reply.redirect(`/console/rotations/${found.value.id}`, 303);
    });
  act("stored", (to, id) => rotationService.stored(to, id));
  act("resume", (to, id) => rotationService.resume(to, id));
  act("abandon", (to, id) => rotationService.abandon(to, id));
  act("end-grace", (to, id) => rotationService.endGrace(to, id));
}

const notAllowed = ({ viewer }: ConsoleVisit) =>
  refuse("FORBIDDEN", `the role ${viewer.role} may not rotate keys`).refusal;

interface FoundRotation {
  readonly id: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly kept: KeptRotation | null;
  /** What the server's database says of it; null where it ended before it had claimed the key. */
  readonly record: RotationRecord | null;
}

/** Finds a rotation of a key that the viewer may see. */
async function findRotation(
  { context, judge, rotationService }: Console,
  to: ConsoleVisit,
): Promise<Outcome<FoundRotation>> {
  const { id = "" } = to.request.params as { readonly id?: string };
  let kept: KeptRotation | null = null;
  try {
    if (/^[0-9a-f]{8}$/.test(id)) kept = rotationService?.find(id) ?? null;
  } catch (error) {
    if (!isToldFailure(error)) throw error;
    return refuse("INTERNAL", error.message);
  }
  const told = await ask(context, to, showRotationRoute, { params: { id } });
  if (!told.ok && (kept === null || told.refusal.code !== "ROTATION_NOT_FOUND")) return told;
  const record = told.ok ? (told.value.body as RotationRecord) : null;
  const keyId = record?.keyId ?? kept?.state.plan.key.id ?? "";
  const key = await ask(context, to, showKeyRoute, { params: { id: keyId } });
  if (!key.ok) return key;
  return done({ id, keyId, keyName: judge.show((key.value.body as ManagedKey).name), kept, record });
}

/** A rotation whose journal another program has: only that one can continue it. */
function elsewhere({ judge }: Console, { id, keyId, record }: FoundRotation): Html {
  if (record === null) return note("Nothing is known of this rotation.");
  const isOver = record.endedAt !== null;
  return html`${
      isOver
        ? note(`It has ended: ${record.outcome ?? "ended"}.`)
        : note(
            html`Its journal is with the program that began it, and only there it goes on:
              <code>keywarden rotate --resume ${id}</code>.`,
          )
    }
    <section class="card">
      ${factList([
        { label: "Key", text: html`<a href="${keyAddress(keyId)}">${keyId}</a>` },
        { label: "Step", text: record.step },
        { label: "Sinks", text: record.sinks.map((sink) => judge.show(sink)).join(", ") },
        { label: "Failure", text: record.failure ?? "none" },
        {
          label: "Old key",
          text:
            record.deadlineSeconds === null
              ? "no deadline yet"
              : `works for another ${formatCountdown(record.deadlineSeconds)}`,
        },
      ])}
    </section>`;
}

type Kept = FoundRotation & { readonly kept: KeptRotation };

function here(tools: Console, to: ConsoleVisit, found: Kept): Html {
  const { rotationService, judge } = tools;
  const { id, keyId, kept } = found;
  const { state, entries } = kept;
  const nameOf = sinkNames(rotationService, state.plan.key);
  const told = entries.flatMap((entry) => {
    const words = describeEntry(entry, nameOf);
    return words === null ? [] : [{ atMs: entry.atMs, words, isBad: entry.type === "failed" }];
  });
  const successor = state.created?.keyId ?? null;
  return html`${statusCard(tools, to, found)}
    ${
      told.length > 0 &&
      table(
        "What was done",
        [{ title: "When (UTC)" }, { title: "What", isLong: true }],
        told.map(({ atMs, words, isBad }) => [
          { body: new Date(atMs).toISOString().slice(0, 19).replace("T", " ") },
          { body: judge.show(words), tone: isBad ? ("warning" as const) : ("plain" as const) },
        ]),
      )
    }
    <section class="card">
      ${factList([
        { label: "Old key", text: html`<a href="${keyAddress(keyId)}">${keyId}</a>` },
        {
          label: "New key",
          text:
            successor === null
              ? "not made yet"
              : successor === keyId
                ? "the same key, with a new secret"
                : html`<a href="${keyAddress(successor)}">${successor}</a>`,
        },
        { label: "Goes to", text: state.plan.sinks.map((sink) => judge.show(nameOf(sink))).join(", ") },
        { label: "Journal", text: html`<code>${id}</code>, on this server` },
      ])}
    </section>`;
}

function statusCard({ judge }: Console, to: ConsoleVisit, { id, kept }: Kept): Html {
  const { state, isRunning, goesOnAtMs } = kept;
  const { status, plan, oldUntilMs, isVerified, lastFailure, orphaned } = state;
  const isOurs = plan.contract.procedure === "create-deploy-revoke";
  const post = (name: string, word: string, style = ""): Html =>
    html`<form method="post" action="/console/rotations/${id}/${name}">
      ${mark(to.viewer)}<button class="${style}">${word}</button>
    </form>`;
  const buttons = (...all: readonly (Html | false)[]): Html => {
    if (!roleMay(to.viewer.role, "rotate")) return html``;
    if (!to.viewer.isUnlocked)
      return html`${note("This session only reads until you unlock changes.")}
      ${lockForm(to.viewer, to.request.url)}`;
    return html`<div class="row">${all.filter((one) => one !== false)}</div>`;
  };
  const abandon = mayAbandon(state) && post("abandon", "Give up and keep the old key");
  if (status === "done") return note("The new key is delivered and works, and the old one has ended.");
  if (status === "abandoned")
    return html`${lastFailure !== null && note(judge.show(lastFailure.message), "warning")}
    ${note("This rotation was given up; nothing of it is left, and the old key works as before.")}`;
  if (isRunning)
    return html`<p class="note" role="status" data-reload="2">
      The server is working on it. <a href="/console/rotations/${id}">Look again</a>
    </p>`;
  if (status === "orphaned")
    return html`${note(html`${judge.show(orphaned?.message ?? "")} ${whereKeysAre(state)} Put the cause right, then resume.`, "danger")}
    ${buttons(post("resume", "Resume", "main"), abandon)}`;
  if (isForPerson(state))
    return html`${lastFailure !== null && note(`It could not ${lastFailure.step}: ${judge.show(lastFailure.message)}.`, "warning")}
    ${note(html`The new key is made and waits for you. ${oldGoesOn(state, to.nowMs)}`)}
    ${buttons(post("show", "Show the new key", "main"), abandon)}`;
  if (isVerified && oldUntilMs !== null && oldUntilMs > to.nowMs) {
    const seconds = (oldUntilMs - to.nowMs) / 1000;
    return html`<section class="card">
      <p>
        The new key works. The old one works for another
        <b data-until="${new Date(oldUntilMs).toISOString()}" data-now="${new Date(to.nowMs).toISOString()}"
          >${formatCountdown(seconds)}</b
        >; then ${isOurs ? "the server revokes it by itself" : `${plan.key.provider} ends it by itself`}.
      </p>
      <progress
        class="grace"
        max="${Math.max(plan.graceSeconds, seconds)}"
        value="${seconds}"
        aria-label="What is left of the grace period"
      ></progress>
      ${isOurs && buttons(post("end-grace", "End the old key now", "end"))}
    </section>`;
  }
  const again =
    goesOnAtMs === null
      ? ""
      : goesOnAtMs <= to.nowMs
        ? "The server goes on in a moment."
        : `The server tries again in ${formatCountdown((goesOnAtMs - to.nowMs) / 1000)}.`;
  return html`${note(
    html`${lastFailure === null ? "It is not done." : `It could not ${lastFailure.step}: ${judge.show(lastFailure.message)}.`}
    ${whereKeysAre(state)} ${again}`,
    "warning",
  )}
  ${buttons(post("resume", "Resume", "main"), abandon)}`;
}

function oldGoesOn(state: RotationState, nowMs: number): string {
  const { plan, oldRemaining, created } = state;
  if (isUnasked(state))
    return "The old key works as before until you say that you have stored the new one; then it stops at once.";
  if (plan.contract.procedure === "create-deploy-revoke")
    return "The old key works as before until you have stored it.";
  const untilMs = created?.oldUntilMs ?? null;
  if (oldRemaining === null || untilMs === null || untilMs <= nowMs)
    return "The old key has stopped: whatever uses it fails until it has the new one.";
  return `The old key works for another ${formatCountdown((untilMs - nowMs) / 1000)}.`;
}

function whereKeysAre({ created, delivered, isVerified, plan }: RotationState): string {
  if (created === null)
    return plan.contract.procedure === "create-deploy-revoke"
      ? "The old key works as before."
      : "Whether the old key was replaced is looked for when you resume.";
  const where = `The new key is in ${delivered.size} of ${plan.sinks.length} sinks`;
  return isVerified ? `${where} and works.` : `${where}; it has not been tried.`;
}
