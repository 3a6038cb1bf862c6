import type { EditKey } from "@keywarden/management";
import type { Foresight, RestrictionName } from "@keywarden/inventory/restrictions";
import type { KeyPress } from "../../input/key-press.ts";
import { makeTextField, type TextField } from "../../input/text-field.ts";

/** One thing that a key can be bound to, as it is edited. */
export interface RestrictField {
  readonly name: RestrictionName | "permissions";
  readonly label: string;
  /** What it can look like, and what its parts mean. */
  readonly hint: string;
  /** What is set at the server; empty where nothing is. */
  readonly now: string;
  readonly text: string;
}

/** The form with what a key is bound to. */
export interface RestrictForm {
  /** Null until it is known what a key of this provider can be bound to. */
  readonly fields: readonly RestrictField[] | null;
  /** Which of them is being edited; its text is in `field`. */
  readonly at: number;
  readonly field: TextField;
  readonly problem: string;
}

/** What will be changed, for the last confirmation. */
export interface RestrictPlan {
  readonly edit: EditKey;
  readonly changes: readonly {
    readonly label: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** What it would have refused lately, as far as that is known. */
  readonly foresight: readonly Foresight[];
}

/** The fields with what stands in the one that is being edited. */
export function typedFields({ fields, at, field }: RestrictForm): readonly RestrictField[] {
  return (fields ?? []).map((one, index) => (index === at ? { ...one, text: field.value } : one));
}

const steps: Readonly<Record<string, number>> = { down: 1, up: -1, tab: 1 };

/** Goes to the field before or after; null for a key that does not. */
export function moveInForm(form: RestrictForm, { name }: KeyPress): RestrictForm | null {
  const step = steps[name];
  if (step === undefined || form.fields === null) return null;
  const fields = typedFields(form);
  const at = (form.at + step + fields.length) % Math.max(1, fields.length);
  return { ...form, fields, at, field: makeTextField(fields[at]?.text) };
}
