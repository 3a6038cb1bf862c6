import type { Dialect } from "@keywarden/management";
import { textField, ticksField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";

/** How a provider's document groups its permissions. */
export interface PermissionGroup {
  readonly title: string;
  readonly permissions: Readonly<Record<string, string>>;
}

/** The field of a key's permissions: ticks where the provider's are known, else text. */
export function permissionField(
  { permissions }: Dialect,
  groups: readonly PermissionGroup[],
  now: readonly string[],
): Html | false {
  if (permissions.carriers.length === 0) return false;
  if (groups.length > 0)
    return html`${groups.map((group) =>
      ticksField(
        "permissions",
        group.title,
        Object.entries(group.permissions).map(([value, word]) => ({
          value,
          word,
          isChosen: now.includes(value),
        })),
      ),
    )}`;
  const { known } = permissions;
  return textField("permissions", "Permissions", {
    value: now.join(", "),
    hint: "By commas; without any, the key gets those that its kind has.",
    ...(known !== null && { list: known }),
  });
}
