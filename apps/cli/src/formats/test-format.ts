import { defineProvider, type ProviderProfile } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { CliError } from "../cli-error.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import type { KnownFormat } from "./known-format.ts";

/** Looks for keys of one format, or of a pattern that is only tried, in standard input. */
export async function testFormat(
  asked: KnownFormat | string,
  providers: readonly ProviderProfile[],
  { stdin, print }: Terminal,
): Promise<ExitStatus> {
  const searched = typeof asked === "string" ? [providerOf(asked)] : providers;
  const id = typeof asked === "string" ? "tried/pattern" : asked.id;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  const matches = scannerFor(searched, true).scanBytes(Buffer.concat(chunks));
  const own = matches.filter(({ format, candidates, prefix }) =>
    format === undefined ? candidates.some((provider) => `${provider}/${prefix}` === id) : format === id,
  );
  for (const { line, column, redacted, verdict, confidence, reason } of own) {
    print(`${line}:${column}  ${redacted}  ${verdict}, confidence ${confidence}: ${reason}\n`);
  }
  if (own.length > 0) return 0;
  const others = [...new Set(matches.flatMap(({ format, prefix }) => format ?? prefix))];
  const found = others.length === 0 ? "" : `; it holds ${others.join(", ")}`;
  print(`No key of ${typeof asked === "string" ? "this pattern" : id} is in the text${found}.\n`);
  return 1;
}

function providerOf(pattern: string): ProviderProfile {
  const definition = defineProvider({
    id: "tried",
    patterns: [{ id: "pattern", kind: "secret", pattern }],
  });
  if (definition.ok) return definition.provider;
  const problems = definition.problems.map(({ message }) => message.replace(/^\$[^:]*: /, ""));
  throw new CliError("CLI_USAGE", `The pattern cannot be used: ${problems.join("; ")}`);
}
