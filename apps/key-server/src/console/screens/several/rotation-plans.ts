import { describeGrace } from "@keywarden/inventory";
import { capabilitiesOf } from "@keywarden/management";
import { PAGE_SINK } from "../../../rotation-service/page-sink.ts";
import { isToldFailure, type RotationService } from "../../../rotation-service/rotation-service.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { ticksField } from "../../markup/fields.ts";
import { html, type Html } from "../../markup/html.ts";
import { graceField, readGrace } from "../rotations/grace-field.ts";
import { sinkNames } from "../rotations/sink-names.ts";
import type { MarkedKey, PlanOfOne } from "./find-marked.ts";

const PAGE_CHOICE = "page";
/** What names keys in a list's form. A query is handed on as one: the address of many keys would be too long. */
const asksFor: ReadonlySet<string> = new Set(["key", "every", "provider"]);

/** Plans the rotation of several keys to the same sinks, and says of those that cannot be rotated why. */
export async function rotationPlans(
  tools: Console,
  to: ConsoleVisit,
  keys: readonly MarkedKey[],
  query: URLSearchParams,
): Promise<{
  readonly form: Html;
  readonly fields: Html;
  readonly says: ReadonlyMap<string, PlanOfOne>;
}> {
  const { rotationService } = tools;
  const says = new Map<string, PlanOfOne>();
  if (rotationService === null) return { form: html``, fields: html``, says };
  const asked = query.getAll("to");
  const chosen = asked.length === 0 ? [PAGE_CHOICE] : asked;
  const offered = [
    ...new Set(keys.flatMap(({ row }) => rotationService.sinksFor(row.told).map(({ name }) => name))),
  ];
  const grace = query.get("grace") ?? "";
  const graceSeconds = readGrace(grace);
  const taken = new Map<string, string>();
  for (const { row, rotation } of keys) {
    const sinks = sinksOf(rotationService, row, chosen);
    const double = sinks.find((sink) => sink !== PAGE_SINK && taken.has(sink));
    const refuse = (why: string): void =>
      void says.set(row.id, { says: why, tone: "danger", isRefused: true });
    // The second key would overwrite the first one.
    if (double !== undefined) refuse(`its sink is for ${taken.get(double) ?? "another key"} already`);
    else if (sinks.length === 0) refuse("none of these sinks takes it");
    else if (!graceSeconds.ok) refuse(graceSeconds.refusal.message);
    else {
      try {
        const own = graceOf(tools, row, graceSeconds.value);
        const wanted = { rotation, keyId: row.id, sinks, graceSeconds: own, endGrace: false };
        const { fact, warnings } = await rotationService.plan(to, wanted);
        const { text, tone } = describeGrace(fact.graceSeconds);
        const goesTo = sinks.map(sinkNames(rotationService, row.told)).join(" and ");
        const end = [text, ...warnings].join(" ");
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
  const hasOwnGrace = keys.some(({ row }) => endsOldKey(tools, row));
  const form = html`<form class="act card" action="/console/several">
    <input type="hidden" name="act" value="rotate" />
    ${[...query].filter(([name]) => asksFor.has(name)).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${ticksField("to", "The new keys go to", choices)}
    ${hasOwnGrace && graceField(grace, graceHint(tools, keys))}
    <div class="row"><button>Show this plan</button></div>
  </form>`;
  const fields = html`${chosen.map((name) => html`<input type="hidden" name="to" value="${name}" />`)}<input
      type="hidden"
      name="grace"
      value="${grace}"
    />`;
  return { form: offered.length === 0 && !hasOwnGrace ? html`` : form, fields, says };
}

type Row = Pick<MarkedKey["row"], "told">;

/** Whether Keywarden itself ends the old key of such a rotation, and so may wait for as long as a person wants. */
function endsOldKey({ context }: Pick<Console, "context">, { told }: Row): boolean {
  const provider = context.providers.get(told.provider);
  return provider !== undefined && capabilitiesOf(provider.profile).procedure === "create-deploy-revoke";
}

/** What a person wants for several keys holds for those whose provider does not decide it; undefined leaves it to that. */
export function graceOf(
  tools: Pick<Console, "context">,
  row: Row,
  seconds: number | undefined,
): number | undefined {
  return endsOldKey(tools, row) ? seconds : undefined;
}

function graceHint(tools: Pick<Console, "context">, keys: readonly MarkedKey[]): string {
  const { providers } = tools.context;
  const deciding = new Set(
    keys
      .filter(({ row }) => !endsOldKey(tools, row))
      .map(({ row }) => providers.get(row.told.provider)?.profile.name ?? row.provider),
  );
  const others =
    deciding.size === 0
      ? ""
      : ` ${[...deciding].join(" and ")} ${deciding.size === 1 ? "decides it by itself" : "decide it by themselves"}.`;
  return `How long each old key goes on working after its new one was tried; when empty, what its provider says.${others}`;
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
