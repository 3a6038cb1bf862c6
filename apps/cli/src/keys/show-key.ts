import { judgeKey, type JudgedKey } from "@keywarden/inventory";
import { asJson, onlyOperand, type KeyAction } from "./key-work.ts";
import { plainText } from "./plain-text.ts";

/** `keywarden keys show <key id>` */
export const showKey: KeyAction = async ({ client, profileOf, options, terminal, rest }) => {
  const id = onlyOperand(rest, "Name the one key to show: keywarden keys show <key id>.");
  const judged = judgeKey(await client.show(id), profileOf, terminal.now());
  terminal.print(options.switches.has("json") ? `${JSON.stringify(asJson(judged))}\n` : renderKey(judged));
  return 0;
};
// A line for each fact.
function renderKey({ key, status, usage }: JudgedKey): string {
  const grace = key.grace === null ? "none" : `until ${key.grace.until} (${key.grace.remainingSeconds} s)`;
  const facts: readonly (readonly [string, string])[] = [
    ["id", key.id],
    ["name", key.name],
    ["provider", key.provider],
    ["key", `${key.prefix}…${key.lastFour}`],
    ["kind", key.kind],
    ["environment", `${key.environment} (${key.label})`],
    ["state", key.state],
    ["rotation", status],
    ["usage", usage],
    ["generation", String(key.generation)],
    ["created", key.createdAt],
    ["secret of", key.secretCreatedAt],
    ["last used", key.lastUsedAt ?? `not since ${key.trackingSince}`],
    ["older secret", grace],
    ["expires", key.expiresAt ?? "never"],
    ["revoked", key.revokedAt ?? "no"],
    ["owner", key.owner ?? "nobody is named"],
    ["tags", key.tags.join(", ")],
    ["bound to", key.restrictions === undefined ? "nothing" : JSON.stringify(key.restrictions)],
    ["permissions", key.permissions === null ? "all of its kind" : key.permissions.join(", ")],
  ];
  return facts
    .map(([name, value]) => `${name.padEnd(13)}${plainText(value)}`.trimEnd())
    .join("\n")
    .concat("\n");
}
