import type { MountedProvider } from "../../../server-context.ts";
import { choiceField, textField } from "../../markup/fields.ts";
import { html, type Html } from "../../markup/html.ts";
import { mark, type Viewer } from "../../markup/page.ts";
import type { Form } from "../../markup/read-form.ts";
import { permissionField } from "../permission-field.ts";
import type { ProviderTexts } from "./provider-texts.ts";
import { readRestrictionForm, restrictionFields } from "../restriction-fields.ts";

/** The form that makes a key, with what the provider's document lets one choose and in its words. */
export function createForm(
  texts: ProviderTexts,
  { profile, dialect }: MountedProvider,
  viewer: Viewer,
): Html {
  const kinds = new Set(profile.formats.map(({ kind }) => kind));
  const types = texts.types.filter(({ kind }) => kinds.has(kind));
  // A key that can do less harm is what is chosen when nobody chooses.
  const environments = [...new Set(profile.formats.map(({ environment }) => environment))].toSorted(
    (left, right) => Number(left === "production") - Number(right === "production"),
  );
  return html`<form class="act card" method="post" action="${texts.path}">
    ${mark(viewer)} ${textField("name", "Descriptive name", { isRequired: true, placeholder: "billing, EU" })}
    <div class="pair">
      ${choiceField(
        "kind",
        "Key type",
        types.map(({ kind, word }) => ({ value: kind, word })),
      )}
      ${choiceField(
        "environment",
        "Environment",
        environments.map((value) => ({ value, word: texts.environments?.[value] ?? value })),
      )}
    </div>
    <dl>
      ${types.map(
        ({ word, says }) =>
          html`<div>
            <dt>${word}</dt>
            <dd class="dim">${says}</dd>
          </div>`,
      )}
    </dl>
    ${textField("owner", "Owner", { hint: "The person or team that answers for it." })}
    ${permissionField(dialect, texts.permissions ?? [], [])}
    ${restrictionFields(dialect.restrictions, {}, texts.fields)}
    <div class="row">
      <button class="main">${texts.create}</button><a class="button" href="${texts.path}">Cancel</a>
    </div>
  </form>`;
}

/** Reads the form of a new key; what is empty is not asked for, and the route judges the rest. */
export function wantedKey(
  texts: ProviderTexts,
  { dialect }: MountedProvider,
  form: Form,
): Readonly<Record<string, unknown>> {
  const given = Object.entries(readRestrictionForm(dialect.restrictions, form)).filter(
    ([, value]) => value !== null,
  );
  const owner = form.text("owner");
  const permissions = form.list("permissions");
  return {
    provider: texts.provider,
    name: form.text("name"),
    kind: form.text("kind"),
    environment: form.text("environment"),
    ...(owner !== "" && { owner }),
    ...(permissions.length > 0 && { permissions }),
    ...(given.length > 0 && { restrictions: Object.fromEntries(given) }),
  };
}
