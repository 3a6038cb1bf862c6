import { randomBytes } from "node:crypto";
import { safeText } from "@keywarden/inventory";
import {
  findFormat,
  generateKey,
  type Environment,
  type KeyKind,
  type ManagedProvider,
} from "@keywarden/key-format";
import type { InventoryClient, OwnKey } from "@keywarden/management";
import { openSink, type Sink } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { ExitStatus } from "../terminal.ts";
import type { CreateFlags } from "./key-actions.ts";
import type { KeyWork } from "./key-work.ts";
import { checkBinding, readKind } from "./binding/provider-flags.ts";
import { readExpiry, readMetadata, readRestrictionFlags } from "./binding/read-restrictions.ts";

/** `keywarden keys create`: the new key goes where it was asked to go, and nowhere else. */
export async function createKeyAtServer(
  { connect, providers, terminal }: KeyWork,
  flags: CreateFlags,
): Promise<ExitStatus> {
  const { to: targets, print: isPrinted, provider, name, environment, owner, tag } = flags;
  if (targets.length === 0 && !isPrinted) {
    throw new CliError("CLI_USAGE", "A new key is shown once: choose --to <sink> or --print.");
  }
  const profile = providers.find(({ id }) => id === provider);
  const kind = readKind(profile, flags.kind ?? "secret");
  const restrictions = readRestrictionFlags(flags);
  checkBinding(profile, restrictions, flags);
  const { env, directory } = terminal;
  const sinks = targets.map((target) => openSink(target, { env, directory, fetch }));
  for (const sink of sinks) await sink.check();
  const metadata = readMetadata(flags);
  const expiresAt = readExpiry(flags);
  const own = flags.own
    ? {
        ownKey: makeOwnKey(profile, kind, environment),
      }
    : {};
  const input = {
    provider,
    name,
    kind,
    environment,
    ...(owner !== undefined && { owner }),
    ...(tag.length > 0 && { tags: [...tag] }),
    ...(flags.permission.length > 0 && { permissions: [...flags.permission] }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    ...(metadata !== undefined && { metadata }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(flags.replaces !== undefined && { replaces: flags.replaces }),
  };
  const { client } = await connect();
  const { key, secret } = await client.create(input, own).catch((error: unknown) => {
    throw lostAnswers.has(String(Reflect.get(Object(error), "code"))) ? lost(error, input.name) : error;
  });
  const delivery = {
    rotation: randomBytes(4).toString("hex"),
    provider: key.provider,
    keyId: key.id,
    name: key.name,
  };
  const reached: string[] = [];
  for (const sink of sinks) {
    const note = await deliverOrRevoke(client, key.id, sink, reached, () => sink.deliver(secret, delivery));
    reached.push(sink.target);
    terminal.warn(`delivered to ${safeText(sink.target)}: ${safeText(note)}\n`);
  }
  terminal.warn(`made ${secret.redacted} (${key.id})\n`);
  if (isPrinted) terminal.printSecret(secret);
  return 0;
}

/** What is said of a request that may have arrived all the same. */
const lostAnswers: ReadonlySet<string> = new Set(["MANAGEMENT_TIMEOUT", "MANAGEMENT_UNREACHABLE"]);

const lost = (error: unknown, name: string): CliError =>
  new CliError(
    "CLI_DELIVERY",
    `${error instanceof Error ? error.message : "The server did not answer"}. If the request arrived, a new key exists that nobody has: check with keywarden keys list ${JSON.stringify(name)} before you retry, and revoke it.`,
    { cause: error },
  );

// Made here, so that the server never has more of it than its hash.
function makeOwnKey(profile: ManagedProvider | undefined, kind: KeyKind, environment: Environment): OwnKey {
  const format = profile === undefined ? undefined : findFormat(profile, { kind, environment });
  if (format === undefined)
    throw new CliError(
      "CLI_USAGE",
      "--own needs a provider that is known here, with keys of that kind and environment.",
    );
  return { format, secret: generateKey(format, (sizeBytes) => randomBytes(sizeBytes)) };
}

async function deliverOrRevoke(
  client: InventoryClient,
  id: string,
  { target }: Sink,
  reached: readonly string[],
  deliver: () => Promise<string>,
): Promise<string> {
  try {
    return await deliver();
  } catch (error) {
    const why = error instanceof Error ? error.message : "for an unknown reason";
    const end = await client.revoke(id).then(
      () => "it was revoked again",
      () => `it could not be revoked: keywarden revoke ${id}`,
    );
    // What a sink had before is gone, so whoever reads it has a dead key until somebody puts another one there.
    const left =
      reached.length === 0 ? "" : ` It is still in ${reached.join(", ")}: deliver another key there.`;
    throw new CliError(
      "CLI_DELIVERY",
      `The new key ${id} could not be delivered to ${target} (${why}); ${end}.${left}`,
      {
        cause: error,
      },
    );
  }
}
