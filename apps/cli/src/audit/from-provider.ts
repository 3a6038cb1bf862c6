import { findFormat, type ManagedProvider, unknownProvider } from "@keywarden/key-format";
import { makeManagementClient, type RemoteKey } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { readToken } from "@keywarden/inventory/login";
import { loginEnvironment } from "../keys/connect.ts";
import type { Terminal } from "../terminal.ts";
import type { Inventory, InventoryKey } from "./audited-inventory.ts";

interface ProviderFlags {
  readonly providerUrl: string | undefined;
  readonly tokenFile: string | undefined;
}

/**
 * Reads every key of one provider through its own API, which tells less than a keywarden-server.
 *
 * @throws CliError CLI_USAGE, CLI_TOKEN
 */
export async function readFromProvider(
  id: string,
  providers: readonly ManagedProvider[],
  { providerUrl, tokenFile }: ProviderFlags,
  terminal: Terminal,
): Promise<Inventory> {
  const provider = providers.find((candidate) => candidate.id === id);
  if (provider === undefined) {
    throw new CliError("CLI_USAGE", unknownProvider(id, providers));
  }
  const baseUrl = providerUrl ?? managementUrlOf(provider);
  if (baseUrl === undefined) {
    throw new CliError(
      "CLI_USAGE",
      `The profile of ${provider.name} names no management host: give --provider-url.`,
    );
  }
  if (tokenFile === undefined) {
    throw new CliError("CLI_USAGE", `Name the credential for ${provider.name}: --token-file <file>.`);
  }
  const token = readToken(tokenFile, loginEnvironment(terminal));
  const client = makeManagementClient({ dialect: provider.dialect, baseUrl, token, providers });
  const keys: InventoryKey[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.list(cursor === undefined ? {} : { cursor });
    keys.push(...page.keys.map((key) => inventoryKeyOf(key, provider)));
    cursor = page.nextCursor;
  }
  return { origin: `${provider.name} at ${baseUrl}`, file: null, keys };
}

function managementUrlOf({ hosts }: ManagedProvider): string | undefined {
  const [host] = (["management", "api"] as const).flatMap((wanted) =>
    hosts.filter(({ purpose }) => purpose === wanted),
  );
  return host === undefined ? undefined : `https://${host.host}`;
}

function inventoryKeyOf(key: RemoteKey, provider: ManagedProvider): InventoryKey {
  const { id, name, kind, environment, prefix, createdAt, lastUsedAt } = key;
  const createdAtMs = Date.parse(createdAt);
  return {
    facts: {
      id,
      provider: provider.id,
      kind,
      environment,
      createdAtMs,
      // No dialect tells when the secret was replaced, so its age is the key's: never too little.
      secretCreatedAtMs: createdAtMs,
      lastUsedAtMs: lastUsedAt === null ? null : Date.parse(lastUsedAt),
      trackingSinceMs: null,
      expiresAtMs: null,
      revokedAtMs: null,
      graceUntilMs: null,
    },
    name,
    redacted: `${prefix}…`,
    label: findFormat(provider, { kind, environment })?.label ?? environment,
    tags: [],
    permissions: null,
    line: null,
  };
}
