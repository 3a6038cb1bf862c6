import { describeGrace } from "@keywarden/inventory";
import { PAGE_SINK } from "../../../rotation-service/page-sink.ts";
import { isToldFailure, type RotationService } from "../../../rotation-service/rotation-service.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { ticksField } from "../../markup/fields.ts";
import { html, type Html } from "../../markup/html.ts";
import { sinkNames } from "../rotations/sink-names.ts";
import type { MarkedKey, PlanOfOne } from "./find-marked.ts";

const PAGE_CHOICE = "page";

/** Plans the rotation of several keys to the same sinks, and says of those that cannot be rotated why. */
export async function rotationPlans(
  { rotationService }: Console,
  to: ConsoleVisit,
  keys: readonly MarkedKey[],
  query: URLSearchParams,
): Promise<{
  readonly form: Html;
  readonly fields: Html;
  readonly says: ReadonlyMap<string, PlanOfOne>;
}> {
  const says = new Map<string, PlanOfOne>();
  if (rotationService === null) return { form: html``, fields: html``, says };
  const asked = query.getAll("to");
  const chosen = asked.length === 0 ? [PAGE_CHOICE] : asked;
  const offered = [
    ...new Set(keys.flatMap(({ row }) => rotationService.sinksFor(row.told).map(({ name }) => name))),
  ];
  const taken = new Map<string, string>();
  for (const { row, rotation } of keys) {
    const sinks = sinksOf(rotationService, row, chosen);
    const double = sinks.find((sink) => sink !== PAGE_SINK && taken.has(sink));
    const refuse = (why: string): void =>
      void says.set(row.id, { says: why, tone: "danger", isRefused: true });
    // The second key would overwrite the first one.
    if (double !== undefined) refuse(`its sink is for ${taken.get(double) ?? "another key"} already`);
    else if (sinks.length === 0) refuse("none of these sinks takes it");
    else {
      try {
        const wanted = { rotation, keyId: row.id, sinks, graceSeconds: undefined, endGrace: false };
        const { fact, warnings } = await rotationService.plan(to, wanted);
        const { text, tone } = describeGrace(fact.graceSeconds);
        const goesTo = sinks.map(sinkNames(rotationService, row.told)).join(" and ");
        const end = warnings.length === 0 ? text : warnings.join(" ");
        says.set(row.id, { says: `To ${goesTo}. ${end}`, tone, isRefused: false });
        for (const sink of sinks) taken.set(sink, row.name);
      } catch (error) {
        if (!isToldFailure(error)) throw error;
        refuse(error.message);
      }
    }
  }
  const choices = [
    {
      value: PAGE_CHOICE,
      word: "A page of each, for you to copy once",
      isChosen: chosen.includes(PAGE_CHOICE),
    },
    ...offered.map((name) => ({ value: name, word: name, isChosen: chosen.includes(name) })),
  ];
  const form = html`<form class="act card" action="/console/several">
    <input type="hidden" name="act" value="rotate" />
    ${keys.map(({ row }) => html`<input type="hidden" name="key" value="${row.id}" />`)}
    ${ticksField("to", "The new keys go to", choices)}
    <div class="row"><button>Show this plan</button></div>
  </form>`;
  const fields = html`${chosen.map((name) => html`<input type="hidden" name="to" value="${name}" />`)}`;
  return { form: offered.length === 0 ? html`` : form, fields, says };
}

/** The sinks for one key by their names; those that do not take it are left out. */
export function sinksOf(
  service: RotationService,
  { told }: Pick<MarkedKey["row"], "told">,
  names: readonly string[],
): readonly string[] {
  const offered = service.sinksFor(told);
  const targets = offered.filter(({ name }) => names.includes(name)).map(({ target }) => target);
  return names.includes(PAGE_CHOICE) ? [PAGE_SINK, ...targets] : targets;
}
