import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ProviderProfile } from "@keywarden/key-format";
import { makeScanner, renderJson, renderText } from "@keywarden/scan";
import type { Confidence, ScanPolicy, ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import { isColoured } from "../colour.ts";
import type { Options } from "../options.ts";
import { makeShowPath } from "../sources/show-path.ts";
import { Tally } from "../sources/tally.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden scan` in its three modes: paths, `--staged`, `--stdin`. */
export async function scan(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const mode = modeOf(options);
  const tally = new Tally(policyOf(options));
  const providers = await scanInto(tally, mode, options, terminal);
  const report = tally.report(mode);
  const format = options.values.get("format") ?? "text";
  write(
    format === "json" ? renderJson(report) : textOf(report, providers, options, terminal),
    options,
    terminal,
  );
  return statusOf(report);
}

type Mode = "staged" | "paths" | "stdin";

function modeOf({ switches, operands }: Options): Mode {
  const asked = [
    ...["staged", "stdin"].filter((name) => switches.has(name)).map((name) => `--${name}`),
    ...(operands.length > 0 ? [`the path ${JSON.stringify(operands[0])}`] : []),
  ];
  if (asked.length > 1) throw new CliError("CLI_USAGE", `Scan one thing at a time: ${asked.join(" or ")}.`);
  return switches.has("staged") ? "staged" : switches.has("stdin") ? "stdin" : "paths";
}

function policyOf({ switches, values }: Options): ScanPolicy {
  return {
    minConfidence: (values.get("min-confidence") ?? "medium") as Confidence,
    publishable: switches.has("publishable") ? "report" : "ignore",
  };
}

async function scanInto(
  tally: Tally,
  mode: Mode,
  options: Options,
  terminal: Terminal,
): Promise<readonly ProviderProfile[]> {
  const { directory, env, stdin } = terminal;
  const make = (providers: readonly ProviderProfile[]) => ({
    scanner: makeScanner({ providers, sha256 }),
    showPath: makeShowPath(providers),
  });
  if (mode === "staged") {
    const { listStaged, openRepository } = await import("@keywarden/git");
    const { loadStagedConfig } = await import("../config/load-config.ts");
    const { scanStaged } = await import("../sources/staged.ts");
    const repository = await openRepository(directory, env);
    const [{ providers }, entries] = await Promise.all([
      loadStagedConfig(repository),
      listStaged(repository),
    ]);
    const { scanner, showPath } = make(providers);
    await scanStaged(repository, entries, scanner, showPath, tally);
    return providers;
  }
  const { loadConfig } = await import("../config/load-config.ts");
  const { providers } = await loadConfig(directory, env);
  const { scanner, showPath } = make(providers);
  if (mode === "stdin") {
    const { scanStdin } = await import("../sources/stdin.ts");
    await scanStdin(stdin, scanner, tally);
  } else {
    const { scanPaths } = await import("../sources/paths.ts");
    const selection = { paths: options.operands, includeIgnored: options.switches.has("no-ignore") };
    await scanPaths(selection, { directory, env }, { scanner, showPath, tally });
  }
  return providers;
}

function textOf(
  report: ScanReport,
  providers: readonly ProviderProfile[],
  { values }: Options,
  { env, isTerminal, columns }: Terminal,
): string {
  const coloured = isColoured(values.get("color"), env, isTerminal === true && !values.has("output"));
  return renderText(report, {
    providers,
    isColoured: coloured,
    width: Math.max(40, Math.min(columns ?? 80, 100)),
  });
}

function write(text: string, { values }: Options, { directory, print }: Terminal): void {
  const output = values.get("output");
  if (output === undefined) {
    print(text);
    return;
  }
  try {
    writeFileSync(resolve(directory, output), text);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new CliError("CLI_OUTPUT", `The report cannot be written to ${output} (${why}).`, { cause: error });
  }
}

function statusOf({ findings, summary }: ScanReport): ExitStatus {
  if (!summary.complete) return 2;
  return findings.length > 0 ? 1 : 0;
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
