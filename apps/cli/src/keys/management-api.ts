import { type Environment, type ManagedProvider, meantOrKnown, unknownProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialects, makeManagementClient, type Dialect } from "@keywarden/management";
import {
  makeDialectKeyApi,
  makeInventoryKeyApi,
  type DescribedKey,
  type FactOf,
  type KeyApi,
} from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { FlagValues, Given } from "@keywarden/command-line";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { providerCallFlags } from "../flags/provider-call-flags.ts";
import type { RotateFlags } from "../flags/rotate-flags.ts";
import type { Terminal } from "../terminal.ts";
import { readToken } from "@keywarden/inventory/login";
import { followServer } from "../login/follow-server.ts";
import { connect, loginEnvironment, type ConnectedServer } from "./connect.ts";

/** What names such an API on a command line. */
export interface ManagementCall {
  readonly flags: ConnectionCall["flags"] & ProviderCallFlags;
  readonly given: Given<"server" | "token-file">;
}
type ProviderCallFlags = FlagValues<typeof providerCallFlags> & Partial<Pick<RotateFlags, "name" | "kind">>;

/** The API through which a key is rotated or revoked: that of a keywarden-server, or the provider's own. */
export interface ManagementApi {
  readonly keyApi: KeyApi;
  readonly server: string;
  readonly via: "operator" | "provider";
  /** Where a provider's credential is kept. */
  readonly credential?: string;
  /** The time of the server, by which it dates its keys; this machine's until an answer has told it. */
  readonly now: () => number;
}

type Plan = FactOf<"planned">;

/**
 * Finds the API that flags and environment name: with `--provider` the provider's own API, else a keywarden-server.
 * A rotation that has been planned goes on where it was begun.
 *
 * @throws CliError CLI_USAGE, CLI_TOKEN
 */
export async function findManagementApi(
  call: ManagementCall,
  terminal: Terminal,
  providers: readonly ManagedProvider[],
  plan?: Plan,
  begunAt = plan?.server,
): Promise<ManagementApi> {
  const isProvider = plan === undefined ? call.flags.provider !== undefined : plan.via === "provider";
  if (isProvider) return findProvider(call, terminal, providers, plan);
  return managementApiOf(await connect(call, terminal, begunAt));
}

/** Gives the API of a keywarden-server that is connected already. */
export const managementApiOf = ({ client, server, now }: ConnectedServer): ManagementApi => ({
  keyApi: makeInventoryKeyApi(client),
  server,
  via: "operator",
  now,
});

function findProvider(
  { flags, given: said }: ManagementCall,
  terminal: Terminal,
  providers: readonly ManagedProvider[],
  plan: Plan | undefined,
): ManagementApi {
  const id = plan?.key.provider ?? flags.provider ?? "";
  const profile = providers.find((provider) => provider.id === id);
  if (profile === undefined) {
    throw new CliError("CLI_USAGE", unknownProvider(id, providers));
  }
  const dialect = requireDialect(profile);
  const environment = plan?.key.environment ?? flags.environment;
  const given = flags.providerUrl ?? plan?.server ?? managementUrl(profile, environment);
  const server = trim(given ?? "");
  if (server === "") {
    throw new CliError(
      "CLI_USAGE",
      `The profile of ${profile.name} names no management host: give --provider-url.`,
    );
  }
  if (plan !== undefined && server !== plan.server) {
    throw new CliError(
      "CLI_USAGE",
      `That rotation began at ${plan.server} and can only be finished there, not at ${server}.`,
    );
  }
  // A rotation continues with its own credential, whatever the variable says.
  const own = said.has("token-file") ? undefined : plan?.credential;
  const tokenFile = own ?? flags.tokenFile;
  if (tokenFile === undefined) {
    throw new CliError(
      "CLI_USAGE",
      `Name the credential for ${profile.name}: --token-file <file> or <.env file>#<variable>.`,
    );
  }
  // Read before every request: a key that replaces itself is the credential from its delivery on.
  let isWarned = false;
  const token = () => {
    const warn = isWarned ? () => undefined : loginEnvironment(terminal).warn;
    isWarned = true;
    return readToken(tokenFile, { directory: plan?.directory ?? terminal.directory, warn });
  };
  token();
  const { fetch, now } = followServer(terminal);
  return {
    keyApi: makeDialectKeyApi({
      client: makeManagementClient({ dialect, baseUrl: server, token, providers, fetch }),
      profile,
      dialect,
      capabilities: capabilitiesOf(profile, "provider"),
      described: plan?.key ?? describe(flags),
    }),
    server,
    via: "provider",
    credential: tokenFile,
    now,
  };
}

/** Says where the new key is tried: at the provider's own hosts, unless it is managed elsewhere than its profile says. */
export function callUrlOf({ via, server, key, callUrl }: Plan, profile: ManagedProvider): string {
  if (callUrl !== undefined) return callUrl;
  if (via !== "provider") return `${server}/${key.provider}`;
  const isAtHome = server === managementUrl(profile, key.environment);
  return (isAtHome ? urlOf(profile, ["api", "ingest"], key.environment) : undefined) ?? server;
}

const managementUrl = (profile: ManagedProvider, environment: Environment | undefined) =>
  urlOf(profile, ["management", "api"], environment);

/** @throws CliError CLI_CONFIG when no dialect is known for the profile */
export function requireDialect(profile: ManagedProvider): Dialect {
  const dialect = dialects[profile.dialect];
  if (dialect !== undefined) return dialect;
  throw new CliError(
    "CLI_CONFIG",
    `${profile.name} uses the dialect ${profile.dialect}, which this release does not know.${meantOrKnown(profile.dialect, Object.keys(dialects), "dialects")}`,
  );
}

function describe({ environment, name, kind }: ProviderCallFlags): DescribedKey | undefined {
  if (environment === undefined) return undefined;
  return { name: name ?? "rotated", kind: kind ?? "secret", environment };
}

function urlOf(
  { hosts }: ManagedProvider,
  purposes: readonly string[],
  environment: Environment | undefined,
): string | undefined {
  const fitting = hosts.filter(
    (host) =>
      purposes.includes(host.purpose) && (host.environment === null || host.environment === environment),
  );
  const [host] = fitting.toSorted(
    (one, other) => purposes.indexOf(one.purpose) - purposes.indexOf(other.purpose),
  );
  return host === undefined ? undefined : `https://${host.host}`;
}

const trim = (url: string): string => url.replace(/\/+$/, "");
