import { loadConfig } from "@keywarden/repository-config";
import { nearestWord, providersOf, suggest } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { type KnownFormat, listKnownFormats } from "./known-format.ts";
import { testFormat } from "./test-format.ts";

type FormatsCall =
  | {
      readonly action: "list";
      readonly operands: readonly string[];
      readonly flags: { readonly format: "text" | "json" };
    }
  | { readonly action: "show" | "test"; readonly operands: readonly string[] };

/** `keywarden formats list | show | test` */
export async function formats(call: FormatsCall, terminal: Terminal): Promise<ExitStatus> {
  const { providers, managedProviders } = await loadConfig(terminal);
  const builtIn = new Set(providersOf([]).managedProviders.map(({ id }) => id));
  const own = new Set(managedProviders.flatMap(({ id }) => (builtIn.has(id) ? [] : id)));
  const known = listKnownFormats(providers, own);
  if (call.action === "list") return list(known, call, terminal);
  const [asked = ""] = call.operands;
  if (call.action === "show") {
    terminal.print(describe(find(known, asked)));
    return 0;
  }
  return testFormat(asked.includes("{") ? asked : find(known, asked), providers, terminal);
}

function list(
  known: readonly KnownFormat[],
  { operands, flags }: Extract<FormatsCall, { readonly action: "list" }>,
  terminal: Terminal,
): ExitStatus {
  const words = operands.map((word) => word.toLowerCase());
  const shown = known.filter(({ id, provider, field, name }) => {
    const text = `${id} ${provider} ${field} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (flags.format === "json") {
    terminal.print(`${JSON.stringify(shown, null, 2)}\n`);
    return shown.length > 0 ? 0 : 1;
  }
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const { id, field, kind, evidence, proof } of shown) {
    const how = proof === undefined ? "" : `, ${proof}`;
    terminal.print(`${id.padEnd(width)}  ${field.padEnd(14)}  ${kind.padEnd(11)}  ${evidence}${how}\n`);
  }
  const count = `${shown.length} ${shown.length === 1 ? "format" : "formats"}`;
  const providers = new Set(shown.map(({ provider }) => provider)).size;
  terminal.print(
    shown.length === 0
      ? "No format contains these words; keywarden formats list names all.\n"
      : `${count} of ${providers} ${providers === 1 ? "provider" : "providers"}; the last column is the evidence.\n`,
  );
  return shown.length > 0 ? 0 : 1;
}

function find(known: readonly KnownFormat[], id: string): KnownFormat {
  const format = known.find((one) => one.id === id);
  if (format !== undefined) return format;
  const all = "keywarden formats list names all";
  if (known.some((one) => one.id.startsWith(`${id}/`))) {
    const own = `keywarden formats list ${id} names its formats`;
    throw new CliError("CLI_USAGE", `${JSON.stringify(id)} is a provider; ${own}.`);
  }
  const nearest = nearestWord(
    id,
    known.map((one) => one.id),
  );
  const remedy = suggest(nearest, all);
  throw new CliError("CLI_USAGE", `No format is called ${JSON.stringify(id)}${remedy}`);
}

const evidenceText: Readonly<Record<string, string>> = {
  high: "high: text of this form is hardly anything else",
  medium: "medium: reported, and it may be something else",
  low: "low: reported only where the provider is named beside it",
};

function describe(format: KnownFormat): string {
  const { id, provider, name, field, kind, evidence, patterns, beside, services, proof, source, docs } =
    format;
  const { ended } = format;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["provider", provider],
    ["what", `${name} (${kind}${kind === "identifier" || kind === "publishable" ? ", never blocks" : ""})`],
    ["field", field],
    ...patterns.map((pattern, index) => [index === 0 ? "pattern" : "or", pattern] as const),
    ["beside", beside.length === 0 ? undefined : `one of ${beside.join(", ")}`],
    [
      "in a name",
      services.length === 0 ? undefined : `with ${services.join(" or ")} and a word such as key or token`,
    ],
    ["evidence", evidenceText[evidence] ?? evidence],
    ["proof", proof],
    ["ended", ended === undefined ? undefined : `on ${ended}: found as a warning`],
    ["source", source],
    ["documents", docs],
    [
      "revoke",
      field === "managed" || field === "own" ? "keywarden revoke <key id>" : (format.revoke ?? unknownRevoke),
    ],
    ["GitHub", field === "managed" || field === "own" ? undefined : pushText(format.pushProtection)],
  ];
  const lines = rows.flatMap(([title, text]) =>
    text === undefined ? [] : [`  ${title.padEnd(10)}${text}\n`],
  );
  return `${id}\n${lines.join("")}`;
}

const unknownRevoke = "not described in the source: see the provider's documents or its console";

function pushText(isCovered: boolean | undefined): string {
  if (isCovered === undefined) return "its list does not tell whether push protection stops it";
  return isCovered ? "push protection stops it" : "push protection does not stop it";
}
