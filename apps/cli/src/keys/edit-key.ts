import { safeText } from "@keywarden/inventory";
import type { EditKey, ManagedKey, RestrictionChanges } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";
import { onlyOperand, type KeyAction } from "./key-work.ts";

import { readExpiry, readMetadata, readRestrictions } from "./read-restrictions.ts";

/** `keywarden keys edit <key id>`: only the key that it has looked at, so nobody's change is undone unseen. */
export const editKey: KeyAction = async ({ connect, options, terminal, rest }) => {
  const id = onlyOperand(rest, "Name the one key to change: keywarden keys edit <key id> --owner ann.");
  const changes = readChanges(options);
  if (Object.keys(changes).length === 0)
    throw new CliError("CLI_USAGE", "Say what to change, for example --owner ann or --tag env:production.");
  const client = await connect();
  const before = await client.show(id);
  const { key, outcome } = await client.edit(id, changes, before);
  if (options.switches.has("json")) terminal.print(`${JSON.stringify(key)}\n`);
  else
    terminal.print(
      `${lineOf(key)}\n${outcome === "changed" ? "Changed; it holds from the next request on." : "It was so already."}\n`,
    );
  return 0;
};

/** `keywarden keys disable <key id>` */
export const disableKey: KeyAction = async ({ connect, terminal, rest }) => {
  const id = onlyOperand(rest, "Name the one key to disable: keywarden keys disable <key id>.");
  const { key, outcome } = await (await connect()).disable(id);
  const said =
    outcome === "changed"
      ? `Disabled: it opens nothing until you run keywarden keys enable ${key.id}`
      : "It was already disabled.";
  terminal.print(`${lineOf(key)}\n${said}\n`);
  return 0;
};

/** `keywarden keys enable <key id>` */
export const enableKey: KeyAction = async ({ connect, terminal, rest }) => {
  const id = onlyOperand(rest, "Name the one key to enable: keywarden keys enable <key id>.");
  const { key, outcome } = await (await connect()).enable(id);
  terminal.print(
    `${lineOf(key)}\n${outcome === "changed" ? "Enabled: it works again." : "It was not disabled."}\n`,
  );
  return 0;
};

const lineOf = ({ id, provider, prefix, lastFour, name }: ManagedKey): string =>
  `${id}  ${provider}  ${prefix}…${lastFour}  ${safeText(name)}`;

/** What `--clear` can take away, and the field that it is. */
const clearable = {
  owner: { owner: null },
  tags: { tags: [] },
  permissions: { permissions: null },
  expires: { expiresAt: null },
  metadata: { metadata: null },
  restrictions: { restrictions: null },
} as const satisfies Readonly<Record<string, EditKey>>;

const clearableRestrictions = {
  tenant: "tenant",
  application: "tenant",
  product: "product",
  "ip-range": "ipRanges",
  referrer: "referrers",
  endpoint: "endpoints",
  "project-tag": "projectTags",
  "rate-limit": "rateLimits",
} as const satisfies Readonly<Record<string, keyof RestrictionChanges>>;

function readChanges(options: Options): EditKey {
  const { values, lists } = options;
  const [name, owner] = [values.get("name"), values.get("owner")];
  const [tags, permissions] = [lists.get("tag"), lists.get("permission")];
  const expiresAt = readExpiry(options);
  const metadata = readMetadata(options);
  const cleared = (lists.get("clear") ?? []).map(readClear);
  const restrictions: RestrictionChanges = {
    ...Object.fromEntries(cleared.flatMap((one) => (typeof one === "string" ? [[one, null]] : []))),
    ...readRestrictions(options),
  };
  return {
    ...Object.assign({}, ...cleared.filter((one) => typeof one !== "string")),
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(permissions !== undefined && { permissions: [...permissions] }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(metadata !== undefined && { metadata }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
  };
}

function readClear(field: string): EditKey | keyof RestrictionChanges {
  if (Object.hasOwn(clearable, field)) return clearable[field as keyof typeof clearable];
  if (Object.hasOwn(clearableRestrictions, field))
    return clearableRestrictions[field as keyof typeof clearableRestrictions];
  const known = [...Object.keys(clearable), ...Object.keys(clearableRestrictions)].join(", ");
  throw new CliError("CLI_USAGE", `--clear takes ${known}; it does not know ${JSON.stringify(field)}.`);
}
