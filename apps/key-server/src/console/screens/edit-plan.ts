import { roleMay } from "@keywarden/inventory";
import {
  foreseeEdit,
  restrictionParts,
  restrictionWords,
  writeRestriction,
} from "@keywarden/inventory/restrictions";
import { editKeySchema, keyEtag, type EditKey, type UsageReport } from "@keywarden/management";
import { matchesEndpoint } from "@keywarden/verifier";
import { ask } from "../../auth/ask.ts";
import { showKeyUsageRoute } from "../../operator/show-key-usage.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { factList, note } from "../markup/notes.ts";
import { seenState, type ShownKey } from "./find-key.ts";
import { providerTexts } from "./providers/provider-texts.ts";

interface Change {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  /** What it is where nothing is named. */
  readonly nothing: string;
}

/**
 * Says what an edit changes of what a key may do, and what that would have refused lately, with the form that does it.
 * Null where it changes nothing of that, and where the edit is to be refused anyway.
 */
export async function editPlan(
  { context, judge }: Console,
  to: ConsoleVisit,
  key: ShownKey,
  wanted: unknown,
): Promise<Html | null> {
  const { form, viewer, nowMs } = to;
  const { row, address } = key;
  const read = editKeySchema.safeParse(wanted);
  const isSeen = form.text("seen") === keyEtag(row.told.generation, row.told.revision);
  if (!read.success || !isSeen || !roleMay(viewer.role, "edit")) return null;
  const edit = changedOf(key, read.data);
  const changes = describeChanges(key, edit);
  const texts = Object.entries(textsOf(read.data));
  // What holds a whole key is never written on a page, so it has none that asks.
  if (changes.length === 0 || texts.some(([, text]) => judge.mask(text) !== text)) return null;
  const readUse = async (query: { readonly from: string; readonly bucket: string }) => {
    const answer = await ask(context, to, showKeyUsageRoute, { params: { id: row.id }, query });
    return answer.ok ? (answer.value.body as UsageReport) : null;
  };
  const foresight = await foreseeEdit(edit, readUse, nowMs, matchesEndpoint);
  return html`<form class="act card" method="post" action="${address}/edit">
    ${seenState(key, to)}<input type="hidden" name="planned" value="yes" />
    ${texts.map(([name, text]) => html`<input type="hidden" name="${name}" value="${text}" />`)}
    <p>Nothing is changed yet.</p>
    ${factList(
      changes.map(({ label, from, to: after, nothing }) => ({
        label,
        text: html`${from === "" ? nothing : judge.show(from)} &#8594;
          <b>${after === "" ? nothing : judge.show(after)}</b>`,
      })),
    )}
    ${foresight.map(({ text, tone }) => note(judge.show(text), tone === "danger" || tone === "warning" ? tone : "plain"))}
    <div class="row"><button class="main">Save</button><a class="button" href="${address}">Cancel</a></div>
  </form>`;
}

/** What of an edit is not so already. */
function changedOf({ row }: ShownKey, { permissions, restrictions }: EditKey): EditKey {
  const now = row.told.restrictions ?? {};
  const changed = Object.entries(restrictions ?? {}).filter(
    ([name]) =>
      restrictionParts(restrictions ?? {}, name as keyof typeof now).join(", ") !==
      writeRestriction(now, name as keyof typeof now),
  );
  const isPermitted = sorted(permissions) === sorted(row.permissions);
  return {
    ...(permissions !== undefined && !isPermitted && { permissions }),
    ...(changed.length > 0 && { restrictions: Object.fromEntries(changed) }),
  };
}

const sorted = (permissions: readonly string[] | null | undefined): string =>
  (permissions ?? []).toSorted().join();

function describeChanges(
  { row, provider }: ShownKey,
  { permissions, restrictions }: EditKey,
): readonly Change[] {
  const words = providerTexts.find((one) => one.provider === row.told.provider)?.fields;
  const names = (provider?.dialect.restrictions ?? []).filter((name) => restrictions?.[name] !== undefined);
  return [
    ...(permissions === undefined
      ? []
      : [
          {
            label: "Permissions",
            from: (row.permissions ?? []).join(", "),
            to: (permissions ?? []).join(", "),
            nothing: "those that a key of its kind has",
          },
        ]),
    ...names.map((name) => ({
      label: words?.[name] ?? restrictionWords[name].label,
      from: writeRestriction(row.told.restrictions ?? {}, name),
      to: restrictionParts(restrictions ?? {}, name).join(", "),
      nothing: "does not restrict",
    })),
  ];
}

/** The fields of the form again, with what was read of them. */
function textsOf({
  name,
  owner,
  tags,
  permissions,
  restrictions,
}: EditKey): Readonly<Record<string, string>> {
  const names = Object.keys(restrictions ?? {}) as (keyof NonNullable<typeof restrictions>)[];
  return {
    name: name ?? "",
    owner: owner ?? "",
    tags: (tags ?? []).join(", "),
    ...(permissions !== undefined && { permissions: (permissions ?? []).join(", ") }),
    ...Object.fromEntries(names.map((one) => [one, restrictionParts(restrictions ?? {}, one).join(", ")])),
  };
}
