import { createHash, randomBytes } from "node:crypto";
import { fingerprint, type Environment, type KeyKind, type ProviderProfile } from "@keywarden/key-format";
import type { InventoryClient } from "@keywarden/management";
import { openSink, type Sink } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "../config/load-config.ts";
import { connect } from "../keys/connect.ts";
import { judgeKey, readFilter, type JudgedKey } from "../keys/key-filter.ts";
import { renderKey, renderKeyLines } from "../keys/key-lines.ts";
import { plainText } from "../keys/plain-text.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden keys list | show | create | lookup` */
export async function keys(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [action = "", ...rest] = options.operands;
  const act = actions[action];
  if (act === undefined) throw new CliError("CLI_USAGE", `keywarden keys has no action ${action}.`);
  const { client } = connect(options, terminal);
  const { providers } = await loadConfig(terminal.directory, terminal.env);
  const profileOf = (id: string) => providers.find((provider) => provider.id === id);
  return act({ client, profileOf, options, terminal, rest });
}

interface Work {
  readonly client: InventoryClient;
  readonly profileOf: (id: string) => ProviderProfile | undefined;
  readonly options: Options;
  readonly terminal: Terminal;
  readonly rest: readonly string[];
}

const actions: Readonly<Record<string, (work: Work) => Promise<ExitStatus>>> = { list, show, create, lookup };

const pageSize = 1000;

async function list({ client, profileOf, options, terminal, rest }: Work): Promise<ExitStatus> {
  const matches = readFilter(rest);
  const limit = readLimit(options.values.get("limit") ?? "100");
  const query = { limit: pageSize, ...(options.switches.has("all") ? {} : { state: "active" as const }) };
  const found: JudgedKey[] = [];
  let isMore = false;
  for (let cursor: string | null | undefined; cursor !== null && !isMore;) {
    const page = await client.list(cursor === undefined ? query : { ...query, cursor });
    for (const key of page.keys) {
      const judged = judgeKey(key, profileOf, Date.now());
      if (!matches(judged)) continue;
      if (found.length === limit) {
        isMore = true;
        break;
      }
      found.push(judged);
    }
    cursor = page.nextCursor;
  }
  if (options.switches.has("json")) {
    terminal.print(`${JSON.stringify({ keys: found.map(asJson), isMore })}\n`);
    return 0;
  }
  terminal.print(found.length === 0 ? "No key matches.\n" : renderKeyLines(found));
  if (isMore) terminal.warn(`keywarden: there are more than ${limit}: --limit shows more, a filter fewer\n`);
  return 0;
}

async function show({ client, profileOf, options, terminal, rest }: Work): Promise<ExitStatus> {
  const [id, extra] = rest;
  if (id === undefined || extra !== undefined) {
    throw new CliError("CLI_USAGE", "Name the one key to show: keywarden keys show <key id>.");
  }
  const judged = judgeKey(await client.show(id), profileOf, Date.now());
  terminal.print(options.switches.has("json") ? `${JSON.stringify(asJson(judged))}\n` : renderKey(judged));
  return 0;
}

async function create({ client, options, terminal }: Work): Promise<ExitStatus> {
  const { values, lists, switches } = options;
  const need = (name: string): string => {
    const value = values.get(name);
    if (value !== undefined) return value;
    throw new CliError("CLI_USAGE", `keywarden keys create needs --${name}.`);
  };
  const targets = lists.get("to") ?? [];
  const isPrinted = switches.has("print");
  if (targets.length === 0 && !isPrinted) {
    throw new CliError(
      "CLI_USAGE",
      "A new key is shown once: say where it goes with --to <place>, or --print.",
    );
  }
  const { env, directory } = terminal;
  const sinks = targets.map((target) => openSink(target, { env, directory, fetch }));
  for (const sink of sinks) await sink.check();
  const tags = lists.get("tag");
  const permissions = lists.get("permission");
  const { key, secret } = await client.create({
    provider: need("provider"),
    name: need("name"),
    kind: (values.get("kind") ?? "secret") as KeyKind,
    environment: need("environment") as Environment,
    ...(values.has("owner") && { owner: need("owner") }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(permissions !== undefined && { permissions: [...permissions] }),
  });
  const delivery = {
    rotation: randomBytes(4).toString("hex"),
    provider: key.provider,
    keyId: key.id,
    name: key.name,
  };
  for (const sink of sinks) {
    const note = await deliverOrRevoke(client, key.id, sink, () => sink.deliver(secret, delivery));
    terminal.warn(`delivered to ${plainText(sink.target)}: ${plainText(note)}\n`);
  }
  terminal.warn(`made ${secret.redacted} (${key.id})\n`);
  if (isPrinted) terminal.print(`${secret.reveal()}\n`);
  return 0;
}

async function deliverOrRevoke(
  client: InventoryClient,
  id: string,
  { target }: Sink,
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
    throw new CliError(
      "CLI_DELIVERY",
      `The new key ${id} could not be delivered to ${target} (${why}); ${end}.`,
      {
        cause: error,
      },
    );
  }
}

async function lookup({ client, options, terminal }: Work): Promise<ExitStatus> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of terminal.stdin) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > longestKeyBytes)
      throw new CliError("CLI_USAGE", "Standard input is too long for one key.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trim();
  if (text === "" || /\s/.test(text)) {
    throw new CliError("CLI_USAGE", "Give exactly one key on standard input: keywarden keys lookup < file.");
  }
  const sha256 = fingerprint(text, (value) => createHash("sha256").update(value, "utf8").digest("hex"));
  const answer = await client.lookup(sha256);
  if (options.switches.has("json")) {
    terminal.print(`${JSON.stringify({ sha256, ...answer })}\n`);
  } else if (answer.found) {
    const { id, provider, name, owner } = answer.key;
    terminal.print(
      `${id}  ${provider}  ${plainText(name)}  owner: ${plainText(owner ?? "nobody is named")}\nThis secret of it is ${answer.secretState}.\n`,
    );
  } else terminal.print("No provider here has issued this key.\n");
  return answer.found ? 0 : 1;
}

const longestKeyBytes = 4096;

const asJson = ({ key, status, usage }: JudgedKey) => ({ ...key, rotation: status, usage });

function readLimit(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--limit is a number of keys, not ${JSON.stringify(text)}.`);
}
