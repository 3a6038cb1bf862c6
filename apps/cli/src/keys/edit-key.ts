import { safeText } from "@keywarden/inventory";
import type { EditKey, ManagedKey, RestrictionChanges } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import type { ExitStatus } from "../terminal.ts";
import type { EditFlags } from "./key-actions.ts";
import type { KeyWork } from "./key-work.ts";
import { checkBinding } from "./binding/provider-flags.ts";
import { readExpiry, readMetadata, readRestrictionFlags } from "./binding/read-restrictions.ts";

/** `keywarden keys edit <key id>`: only the key that it has looked at, so nobody's change is undone unseen. */
export async function editKeyAtServer(
  { connect, providers, terminal }: KeyWork,
  flags: EditFlags,
  id: string,
): Promise<ExitStatus> {
  const { untag } = flags;
  const said = readChanges(flags);
  if (untag.length > 0 && said.tags !== undefined)
    throw new CliError("CLI_USAGE", "Give either --untag or --tag, which sets all tags.");
  if (untag.length === 0 && Object.keys(said).length === 0)
    throw new CliError("CLI_USAGE", "Say what to change, for example --owner ann or --tag env:production.");
  const { client } = await connect();
  const before = await client.show(id);
  const profile = providers.find((one) => one.id === before.provider);
  checkBinding(profile, readRestrictionFlags(flags), flags);
  const changes =
    untag.length === 0 ? said : { ...said, tags: before.tags.filter((tag) => !untag.includes(tag)) };
  const { key, outcome } = await client.edit(id, changes, before);
  if (flags.format === "json") terminal.print(`${JSON.stringify(key)}\n`);
  else
    terminal.print(
      `${lineOf(key)}\n${outcome === "changed" ? "Changed; it takes effect with the next request." : "Nothing to change: it was so already."}\n`,
    );
  return 0;
}

/** `keywarden keys disable <key id>` */
export async function disableKeyAtServer({ connect, terminal }: KeyWork, id: string): Promise<ExitStatus> {
  const { key, outcome } = await (await connect()).client.disable(id);
  const said =
    outcome === "changed"
      ? `Disabled: it is refused until you run keywarden keys enable ${key.id}`
      : "It was already disabled.";
  terminal.print(`${lineOf(key)}\n${said}\n`);
  return 0;
}

/** `keywarden keys enable <key id>` */
export async function enableKeyAtServer({ connect, terminal }: KeyWork, id: string): Promise<ExitStatus> {
  const { key, outcome } = await (await connect()).client.enable(id);
  terminal.print(
    `${lineOf(key)}\n${outcome === "changed" ? "Enabled: it works again." : "It was not disabled."}\n`,
  );
  return 0;
}

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

function readChanges(flags: EditFlags): EditKey {
  const { name, owner, tag, permission, clear } = flags;
  const expiresAt = readExpiry(flags);
  const metadata = readMetadata(flags);
  const cleared = clear.map(readClear);
  const restrictions: RestrictionChanges = {
    ...Object.fromEntries(cleared.flatMap((one) => (typeof one === "string" ? [[one, null]] : []))),
    ...readRestrictionFlags(flags),
  };
  return {
    ...Object.assign({}, ...cleared.filter((one) => typeof one !== "string")),
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(tag.length > 0 && { tags: [...tag] }),
    ...(permission.length > 0 && { permissions: [...permission] }),
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
