import { randomBytes } from "node:crypto";
import {
  describeGrace,
  describeOwner,
  describeUse,
  formatCountdown,
  formatSeconds,
  isLiveRow,
  planSteps,
  roleMay,
} from "@keywarden/inventory";
import { capabilitiesOf, keyEtag } from "@keywarden/management";
import type { RotationPlan } from "@keywarden/rotation";
import { done, refuse, type Outcome } from "../../../refusal.ts";
import { isMadeBeforehand } from "../../../rotation-service/key-beforehand.ts";
import { PAGE_SINK } from "../../../rotation-service/page-sink.ts";
import { isToldFailure, type RotationService } from "../../../rotation-service/rotation-service.ts";
import type { OfferedSink } from "../../../rotation-service/server-sinks.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { ticksField } from "../../markup/fields.ts";
import { html, type Html } from "../../markup/html.ts";
import { note } from "../../markup/notes.ts";
import { decidingFacts } from "../deciding-facts.ts";
import { findKey, seenState, type ShownKey } from "../find-key.ts";
import { whenAllowed } from "../locked-act.ts";
import { graceField, readGrace } from "./grace-field.ts";
import { sinkNames } from "./sink-names.ts";

const PAGE_CHOICE = "page";

/**
 * Where a rotation is planned and begun. What will happen is read before it is confirmed; it is carried out by
 * `packages/rotation` with a journal, so that a page, an answer or a process that is lost loses no key.
 */
export function mountRotation(tools: Console): void {
  const { rotationService, show, change, page, problem } = tools;

  show("/console/keys/:id/rotate", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const key = found.value;
    const { row, crumbs, name } = key;
    const body = html`${await decidingFacts(tools, key, to)} ${await rotateBody(tools, key, to)}`;
    return page(to, {
      title: `Rotate ${name}`,
      path: to.request.url,
      crumbs,
      lead: html`<code>${row.redacted}</code> · ${describeUse(row, to.nowMs)} · ${describeOwner(row)}`,
      body:
        isLiveRow(row) && row.told.state !== "disabled"
          ? body
          : note("A key that has ended or is disabled cannot be rotated."),
    });
  });

  change("/console/keys/:id/rotate", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { row } = found.value;
    const { form } = to;
    const rotation = form.text("rotation");
    if (rotationService === null || !/^[0-9a-f]{8}$/.test(rotation))
      return problem(to, refuse("BAD_REQUEST", "this form does not begin a rotation").refusal);
    const isBegun = rotationService.find(rotation) !== null;
    if (!isBegun && form.text("seen") !== keyEtag(row.told.generation, row.told.revision))
      return problem(
        to,
        refuse("GENERATION_CHANGED", "the key was changed after this plan was made; look at it again")
          .refusal,
      );
    const wanted = readWanted(rotationService, found.value, {
      to: form.list("to"),
      grace: form.text("grace"),
      endGrace: form.text("end-grace"),
    });
    if (!wanted.ok) return problem(to, wanted.refusal);
    try {
      await rotationService.start(to, { ...wanted.value, rotation, keyId: row.id });
    } catch (error) {
      if (!isToldFailure(error)) throw error;
      return problem(to, refuse("BAD_REQUEST", error.message).refusal);
    }
    return to.reply.redirect(`/console/rotations/${rotation}`, 303);
  });
}

async function rotateBody(tools: Console, key: ShownKey, to: ConsoleVisit): Promise<Html> {
  const { rotationService } = tools;
  const { row } = key;
  if (rotationService === null)
    return note(
      "This server keeps no journals, and so begins no rotation; keywarden rotate does.",
      "warning",
    );
  const unfinished = rotationService.unfinishedOf(row.id);
  if (unfinished !== null)
    return note(
      html`A rotation of this key has begun and is not done:
        <a href="/console/rotations/${unfinished}">look at it</a>.`,
      "warning",
    );
  if (!roleMay(to.viewer.role, "rotate")) return whenAllowed(to, "rotate", html``);
  const query = new URLSearchParams(to.request.url.split("?")[1] ?? "");
  const recalled = rotationService.recall(row.id);
  const offered = rotationService.sinksFor(row.told);
  const isAsked = query.has("plan");
  const chosen = isAsked ? query.getAll("to") : defaultChoice(offered, recalled);
  const choice = {
    to: chosen,
    grace: query.get("grace") ?? "",
    endGrace: query.get("end-grace") ?? "",
  };
  return html`${sinkForm(key, to, offered, choice)} ${await planCard(tools, rotationService, key, to, choice)}`;
}

/** Where it went last time, as far as that is offered still; else the page itself. */
function defaultChoice(offered: readonly OfferedSink[], recalled: readonly string[]): readonly string[] {
  const names = offered.filter(({ target }) => recalled.includes(target)).map(({ name }) => name);
  const isShown = names.length === 0 || recalled.includes(PAGE_SINK);
  return isShown ? [PAGE_CHOICE, ...names] : names;
}

interface Choice {
  readonly to: readonly string[];
  readonly grace: string;
  readonly endGrace: string;
}

function readWanted(
  rotationService: RotationService,
  { row }: ShownKey,
  { to, grace, endGrace }: Choice,
): Outcome<{
  readonly sinks: readonly string[];
  readonly graceSeconds: number | undefined;
  readonly endGrace: boolean;
}> {
  const offered = rotationService.sinksFor(row.told);
  const sinks = to.map((name) =>
    name === PAGE_CHOICE ? PAGE_SINK : offered.find((sink) => sink.name === name)?.target,
  );
  const known = [...new Set(sinks.filter((sink) => sink !== undefined))];
  if (sinks.includes(undefined))
    return refuse("BAD_REQUEST", "the server's --sinks offers one of these sinks for this key no longer");
  if (known.length === 0) return refuse("BAD_REQUEST", "choose where the new key goes");
  const seconds = readGrace(grace);
  if (!seconds.ok) return seconds;
  // A person takes it first: until they have, nothing else has it, and the rotation can be taken back.
  const ordered = known.toSorted((left, right) => Number(right === PAGE_SINK) - Number(left === PAGE_SINK));
  return done({ sinks: ordered, graceSeconds: seconds.value, endGrace: endGrace === "yes" });
}

function sinkForm(
  { row, address, provider }: ShownKey,
  to: ConsoleVisit,
  offered: readonly OfferedSink[],
  choice: Choice,
): Html {
  const capabilities = provider && capabilitiesOf(provider.profile);
  const isOurs = capabilities?.procedure === "create-deploy-revoke";
  const isEarlierAlive = row.rotation.state === "in-grace" && !isOurs;
  if (offered.length === 0 && !isOurs && !isEarlierAlive) return html``;
  const choices = [
    { value: PAGE_CHOICE, word: "A page, for you to copy once", isChosen: choice.to.includes(PAGE_CHOICE) },
    ...offered.map(({ name }) => ({ value: name, word: name, isChosen: choice.to.includes(name) })),
  ];
  return html`<form class="act card" action="${address}/rotate">
    <input type="hidden" name="plan" value="1" />
    ${ticksField("to", "The new key goes to", choices)}
    ${
      isOurs &&
      graceField(
        choice.grace,
        `How long the old key goes on working after the new one was tried; ${formatSeconds(capabilities.graceSeconds)} when empty.`,
        capabilities.graceSeconds,
      )
    }
    ${
      isEarlierAlive &&
      ticksField("end-grace", `The key before the present one still works for ${leftOf(row, to.nowMs)}`, [
        { value: "yes", word: "Let it stop at once", isChosen: choice.endGrace === "yes" },
      ])
    }
    <div class="row"><button>Show this plan</button></div>
  </form>`;
}

const leftOf = ({ rotation }: ShownKey["row"], nowMs: number): string =>
  rotation.state === "in-grace" ? formatCountdown((rotation.graceUntilMs - nowMs) / 1000) : "no time";

async function planCard(
  tools: Console,
  rotationService: RotationService,
  key: ShownKey,
  to: ConsoleVisit,
  choice: Choice,
): Promise<Html> {
  const { row, provider } = key;
  const isServerSide = provider !== undefined && capabilitiesOf(provider.profile).procedure === "server-side";
  if (row.rotation.state === "in-grace" && isServerSide && choice.endGrace !== "yes")
    return note(
      `The key before the present one still works for another ${leftOf(row, to.nowMs)}. It stops at once when you rotate again: say so above, or wait.`,
      "danger",
    );
  const wanted = readWanted(rotationService, key, choice);
  if (!wanted.ok) return note(wanted.refusal.message, "danger");
  const rotation = randomBytes(4).toString("hex");
  try {
    const plan = await rotationService.plan(to, { ...wanted.value, rotation, keyId: row.id });
    return html`<section class="card">
        <h2>What will happen</h2>
        ${planned(tools, key, plan)}
      </section>
      ${whenAllowed(to, "rotate", confirmForm(key, to, choice, plan))}`;
  } catch (error) {
    if (!isToldFailure(error)) throw error;
    return note(tools.judge.show(error.message), "danger");
  }
}

function planned({ rotationService, judge }: Console, { row }: ShownKey, plan: RotationPlan): Html {
  const { fact, capabilities, warnings } = plan;
  const nameOf = sinkNames(rotationService, row.told);
  const grace = describeGrace(fact.graceSeconds);
  const isOurs = capabilities.procedure === "create-deploy-revoke";
  const isFirst = isMadeBeforehand(fact);
  const steps = isFirst ? stepsBeforehand(plan, nameOf) : planSteps(plan, nameOf);
  return html`<ol class="steps">
      ${steps.map((step) => html`<li>${judge.show(step)}</li>`)}
    </ol>
    <p class="${grace.tone}">
      ${isFirst ? "The old key stops in the moment in which you say that the new one is stored: whatever still uses it fails from then on." : isOurs && grace.tone === "danger" ? "No grace period: the old key stops as soon as the new one was tried." : grace.text}
    </p>
    ${warnings.map((warning) => note(judge.show(warning), "danger"))}
    ${fact.sinks.includes(PAGE_SINK) && html`<p class="dim">${isOurs || isFirst ? "The old key goes on working until you say that the new one is stored." : "The next page leads to the new key; it is kept, sealed, until you say that it is stored."}</p>`}`;
}

/** What happens where a person has the new key before the provider knows it. */
function stepsBeforehand({ fact }: RotationPlan, nameOf: (sink: string) => string): readonly string[] {
  const { key, sinks } = fact;
  return [
    "make the new key here, and show it to you",
    `once you say that you have stored it, let ${key.provider} put it in the place of the old one, which stops at once`,
    ...sinks.filter((sink) => sink !== PAGE_SINK).map((sink) => `deliver it to ${nameOf(sink)}`),
    "try it with one harmless call",
  ];
}

function confirmForm(key: ShownKey, to: ConsoleVisit, choice: Choice, { fact }: RotationPlan): Html {
  const hidden = (name: string, value: string): Html =>
    html`<input type="hidden" name="${name}" value="${value}" />`;
  return html`<form class="act" method="post" action="${key.address}/rotate">
    ${seenState(key, to)} ${hidden("rotation", fact.rotation)} ${choice.to.map((name) => hidden("to", name))}
    ${hidden("grace", choice.grace)} ${hidden("end-grace", choice.endGrace)}
    <div class="row">
      <button class="main">Rotate</button><a class="button" href="${key.address}">Cancel</a>
    </div>
  </form>`;
}
