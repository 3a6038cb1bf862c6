import type { ManagedProvider } from "@keywarden/key-format";
import {
  foreseeEdit,
  readRestriction,
  restrictionWords,
  writeRestriction,
  type RestrictionName,
} from "@keywarden/inventory/restrictions";
import { matchesEndpoint } from "@keywarden/verifier";
import {
  dialects,
  editKeySchema,
  type Dialect,
  type EditKey,
  type InventoryClient,
  type ManagedKey,
} from "@keywarden/management";
import type { Effect } from "../state/effect.ts";
import type { RestrictField, RestrictPlan } from "../state/restrict/restrict-form.ts";
import { describeCallFailure, isOutcomeUnknown } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

type Wanted<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;

interface Tools {
  readonly client: Pick<InventoryClient, "edit" | "show" | "usage">;
  readonly providers: readonly ManagedProvider[];
  readonly send: SendEvent;
  readonly now: () => number;
}

/** Tells what the key can be bound to, with what it is bound to now at the server. */
export async function recallRestrictions(
  { client, providers, send, now }: Tools,
  { target }: Wanted<"recall-restrictions">,
): Promise<void> {
  try {
    const key = await client.show(target.id);
    const profile = providers.find(({ id }) => id === key.provider);
    const dialect = dialects[profile?.dialect ?? ""];
    if (dialect === undefined) {
      const problem = `what keys of ${key.provider} can be bound to is not known here: run keywarden keys edit ${target.id}, where its provider is known`;
      return send({ kind: "restrict-refused", target, typed: null, problem });
    }
    const fields = fieldsOf(dialect, key);
    if (fields.length > 0) return send({ kind: "restrictions-recalled", target, key, fields });
    const problem = `${key.kind} keys of ${profile?.name ?? key.provider} cannot be bound to anything`;
    send({ kind: "restrict-refused", target, typed: null, problem });
  } catch (error) {
    const { message } = describeCallFailure(error, now());
    send({ kind: "restrict-refused", target, typed: null, problem: message });
  }
}

function fieldsOf(dialect: Dialect, key: ManagedKey): readonly RestrictField[] {
  const bound = key.restrictions ?? {};
  const fields = dialect.restrictions.map((name): RestrictField => {
    const { label, example, hint = "" } = restrictionWords[name];
    const isTenant = name === "tenant" && dialect.tenantWord !== undefined;
    const now = writeRestriction(bound, name);
    return {
      name,
      label: isTenant ? (dialect.tenantWord ?? label) : label,
      hint: [hint, `For example ${example}`].filter((part) => part !== "").join(" "),
      now,
      text: now,
    };
  });
  const { carriers, known } = dialect.permissions;
  if (!carriers.includes(key.kind)) return fields;
  const now = (key.permissions ?? []).join(", ");
  const hint = known === null ? "For example read, write" : `Of ${known.join(", ")}`;
  return [{ name: "permissions", label: "Permissions", hint, now, text: now }, ...fields];
}

/** Says what the typed fields would change and would have refused, or what is wrong with them. */
export async function planRestriction(
  { client, now, send }: Tools,
  { target, typed }: Wanted<"plan-restriction">,
): Promise<void> {
  const changed = typed.filter(({ now: before, text }) => text.trim() !== before);
  if (changed.length === 0)
    return send({ kind: "restrict-refused", target, typed, problem: "nothing is changed yet" });
  const read = editKeySchema.safeParse(editOf(changed));
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = issue?.path[0] === "restrictions" ? issue.path[1] : issue?.path[0];
    const label = changed.find((field) => field.name === name)?.label ?? "";
    return send({ kind: "restrict-refused", target, typed, problem: `${label}: ${issue?.message ?? ""}` });
  }
  const edit = read.data;
  const plan: RestrictPlan = {
    edit,
    changes: changed.map(({ label, now: before, text }) => ({ label, from: before, to: text.trim() })),
    foresight: await foreseeEdit(
      edit,
      // Of a use that cannot be read it says that it is unknown.
      (asked) => client.usage(target.id, asked).catch(() => null),
      now(),
      matchesEndpoint,
    ),
  };
  send({ kind: "restriction-planned", target, typed, plan });
}

function editOf(changed: readonly RestrictField[]): unknown {
  const edit: Record<string, unknown> = {};
  const restrictions: Record<string, unknown> = {};
  for (const { name, text } of changed) {
    if (name === "permissions") edit["permissions"] = readRestriction("projectTags", text);
    else restrictions[name] = readRestriction(name satisfies RestrictionName, text);
  }
  return { ...edit, ...(Object.keys(restrictions).length > 0 && { restrictions }) };
}

/** Restricts the key exactly as the operator saw it when they confirmed. */
export async function restrictConfirmedKey(
  { client, send, now }: Tools,
  { target, edit }: { readonly target: Wanted<"restrict">["target"]; readonly edit: EditKey },
): Promise<void> {
  const { id, name, generation, revision } = target;
  try {
    const { key, outcome } = await client.edit(id, edit, { generation, revision });
    send({ kind: "restricted", target, key, isRepeat: outcome !== "changed" });
  } catch (error) {
    const title = isOutcomeUnknown(error)
      ? `${name} may or may not be restricted: check what it is restricted to`
      : `${name} was not restricted`;
    send({ kind: "action-failed", title, failure: describeCallFailure(error, now()) });
  }
}
