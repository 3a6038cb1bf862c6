import { safeText, splitDeparted } from "@keywarden/inventory";
import {
  putOffCommand,
  evaluate,
  isLiveKey,
  listUnjudged,
  memberName,
  memberNames,
  nextCommand,
  severities,
  type HygieneFinding,
} from "@keywarden/hygiene";
import { quoteForShell, type ManagedProvider } from "@keywarden/key-format";
import { accept } from "../audit/accepting.ts";
import { orderFindings, type AuditReport, type RenderContext } from "../audit/audit-report.ts";
import type { Inventory } from "../audit/audited-inventory.ts";
import { readFromFile } from "../audit/from-file.ts";
import { readFromProvider } from "../audit/from-provider.ts";
import { readFromServer } from "../audit/from-server.ts";
import { readInstant } from "../audit/read-instant.ts";
import { makePolicyOf } from "../audit/policy-of.ts";
import { readDepartedMembers } from "../audit/read-departed-members.ts";
import { renderAuditCsv } from "../audit/render-csv.ts";
import { renderAuditJson } from "../audit/render-json.ts";
import { renderAuditSarif } from "../audit/render-sarif.ts";
import { renderAuditText } from "../audit/render-text.ts";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { deliverText } from "../deliver-text.ts";
import { connect } from "../keys/connect.ts";
import type { AuditCall, AuditFlags } from "../flags/audit-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { version } from "../version.ts";

/** `keywarden audit` */
export async function audit(call: AuditCall, terminal: Terminal): Promise<ExitStatus> {
  const { flags } = call;
  const { providers, managedProviders, hygiene } = await loadConfig(terminal);
  const saidMs = flags.now === undefined ? terminal.now() : readInstant(flags.now, "--now");
  // What is wrong with the flags is told before a server is asked.
  const departuresBy = await readDepartedMembers(saidMs, flags, terminal);
  const { now, ...inventory } = await readInventory(managedProviders, call, terminal);
  const nowMs = flags.now === undefined ? now() : saidMs;
  const departuresFrom = nowMs === saidMs ? departuresBy : await readDepartedMembers(nowMs, flags, terminal);
  const policyOf = makePolicyOf(managedProviders, hygiene, flags.preset);
  const live = inventory.keys.filter(({ facts }) => isLiveKey(facts, policyOf(facts.provider), nowMs));
  if (live.length === 0) {
    throw new CliError(
      "CLI_INCOMPLETE",
      `Nothing was audited: ${inventory.origin} lists no live key${inventory.keys.length === 0 ? "" : ` among ${inventory.keys.length}`}.`,
    );
  }
  const departures = departuresFrom(inventory);
  const facts = live.map((key) => key.facts);
  const all = evaluate(facts, { policyOf, departures, nowMs });
  const { findings, accepted, stale } = accept(all.map(withConnection(call)), hygiene.accept ?? [], {
    command: "audit",
    nowMs,
    namesOf: ({ keyId }) => [keyId],
  });
  for (const sentence of stale) terminal.warn(`keywarden: ${sentence}\n`);
  const least = flags.minSeverity ?? hygiene.minSeverity ?? "low";
  const kept = findings.filter(
    ({ severity }) => severities.indexOf(severity) <= severities.findIndex((name) => name === least),
  );
  const keyOf = new Map(live.map((key) => [`${key.facts.provider} ${key.facts.id}`, key]));
  const knownBy = new Map<string, number>();
  for (const name of facts.flatMap((key) => [...memberNames(key)]))
    knownBy.set(name, (knownBy.get(name) ?? 0) + 1);
  const report: AuditReport = {
    inventory,
    nowMs,
    liveKeys: live.length,
    findings: orderFindings(
      kept.flatMap((finding) => {
        const key = keyOf.get(`${finding.provider} ${finding.keyId}`);
        return key === undefined ? [] : [{ finding, key }];
      }),
    ),
    accepted,
    below: findings.length - kept.length,
    unjudged: listUnjudged(facts, policyOf, nowMs),
    departures: departures.map((departure) => ({
      ...departure,
      keys: knownBy.get(memberName(departure.member)) ?? 0,
    })),
    policyOf,
  };
  await deliverText(
    (format, canvas) => {
      const plain = (text: string): string => safeText(text, providers);
      const context: RenderContext = { ...canvas, providers, version, plain };
      return renderers[format](report, context);
    },
    flags,
    terminal,
  );
  // Who is named and known to no key may be spelt otherwise there.
  const isStranger = (name: string): boolean =>
    (knownBy.get(memberName(splitDeparted(name).member)) ?? 0) === 0;
  if (flags.departed.some(isStranger)) return 2;
  return report.findings.length === 0 ? 0 : 1;
}

const upToAction = /^keywarden (?:rotate|revoke|keys \w+)/;

/** Says in the next command where the key is, as far as this command line says it. */
function withConnection({ flags, given }: AuditCall): (finding: HygieneFinding) => HygieneFinding {
  const { provider, providerUrl, server, tokenFile, passphraseFile } = flags;
  const said = {
    provider,
    "provider-url": providerUrl,
    server: given.has("server") ? server : undefined,
    "token-file": given.has("token-file") ? tokenFile : undefined,
    "passphrase-file": given.has("passphrase-file") ? passphraseFile : undefined,
  };
  const words = Object.entries(said).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoteForShell(value)}`],
  );
  return (finding) => {
    // A provider's own API has no edit: the plan of a rotation shows the key, and what the provider has to be told.
    // What it binds a key to stays with the successor, so that only its owner can narrow it, at the provider.
    const [, action] = provider === undefined ? [] : (/^keywarden keys (\w+)/.exec(finding.next) ?? []);
    const next =
      action === "edit"
        ? nextCommand("rotate", finding.keyId)
        : action === "restrict"
          ? putOffCommand(finding.rule, finding.keyId)
          : finding.next;
    // In front of the key, because an id can stand behind `--`.
    return { ...finding, next: next.replace(upToAction, (command) => [command, ...words].join(" ")) };
  };
}

const renderers: Readonly<
  Record<AuditFlags["format"], (report: AuditReport, context: RenderContext) => string>
> = {
  text: renderAuditText,
  json: renderAuditJson,
  csv: renderAuditCsv,
  sarif: renderAuditSarif,
};

async function readInventory(
  providers: readonly ManagedProvider[],
  call: AuditCall,
  terminal: Terminal,
): Promise<Inventory & { readonly now: () => number }> {
  const { flags, given } = call;
  const { now } = terminal;
  const { from: file, provider: id } = flags;
  if (file !== undefined) {
    if (id !== undefined || given.has("server"))
      throw new CliError("CLI_USAGE", "Audit one inventory at a time: --from, --server or --provider.");
    return { now, origin: file, file, keys: await readFromFile(file, terminal.directory, providers) };
  }
  if (id !== undefined) return { now, ...(await readFromProvider(id, providers, flags, terminal)) };
  const profileOf = (wanted: string) => providers.find((provider) => provider.id === wanted);
  const { client, server, now: serverNow } = await connect(call, terminal);
  const withSights = flags.departed.length > 0 || flags.members !== undefined;
  const keys = await readFromServer(client, profileOf, { withSights });
  return { now: serverNow, origin: server, file: null, keys };
}
