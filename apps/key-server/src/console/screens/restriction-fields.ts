import {
  readRestriction,
  restrictionWords,
  writeRestriction,
  type RestrictionName,
} from "@keywarden/inventory/restrictions";
import type { Restrictions } from "@keywarden/management";
import { textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import type { Form } from "../markup/read-form.ts";

/** The fields of what a key of this provider can be bound to, filled with what it is bound to now. */
export function restrictionFields(
  names: readonly RestrictionName[],
  now: Restrictions = {},
  words: Readonly<Partial<Record<RestrictionName, string>>> = {},
): Html {
  return html`${names.map((name) => {
    const { label, example, hint } = restrictionWords[name];
    return textField(name, words[name] ?? label, {
      placeholder: example,
      ...(hint !== undefined && { hint }),
      value: writeRestriction(now, name),
    });
  })}`;
}

/** Reads what the fields say: what is empty is null, and nothing is said of fields that the form does not have. */
export function readRestrictionForm(
  names: readonly RestrictionName[],
  form: Form,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names
      .filter((name) => form.has(name))
      .map((name) => [name, readRestriction(name, form.list(name).join(", "))] as const),
  );
}
