import { setTimeout as sleep } from "node:timers/promises";
import { safeText } from "@keywarden/inventory";
import {
  renderConformanceJunit,
  renderConformanceText,
  runConformance,
  type ConformanceReport,
} from "@keywarden/management/conformance";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import { deliverText } from "../deliver-text.ts";
import { readToken } from "@keywarden/inventory/login";
import { loginEnvironment } from "../keys/connect.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden conformance <url>`: tries an API against its provider's profile. */
export async function conformance(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const { values, lists, operands } = options;
  const [baseUrl, extra] = operands;
  if (baseUrl === undefined || extra !== undefined) {
    throw new CliError("CLI_USAGE", "Name the one address of the API: keywarden conformance <url>.");
  }
  const { managedProviders: providers } = await loadConfig(terminal);
  const id = values.get("provider") ?? "";
  const profile = providers.find((provider) => provider.id === id);
  if (profile === undefined) {
    const known = providers.map((provider) => provider.id).join(", ");
    throw new CliError("CLI_USAGE", `Name the provider: --provider, one of ${known}.`);
  }
  const place = values.get("token-file") ?? terminal.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  if (place === "") throw new CliError("CLI_USAGE", "Name the credential: --token-file <file>.");
  const promises = lists.get("promise") ?? [];
  const longestMs = readSeconds(values.get("wait") ?? "0") * 1000;
  const callUrl = values.get("call-url");
  const report = await runConformance({
    profile,
    capabilities: {
      ...(promises.includes("generations") && { generations: true }),
      ...(promises.includes("idempotency-key") && { idempotencyKey: true }),
    },
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...(callUrl !== undefined && { callUrl: callUrl.replace(/\/+$/, "") }),
    token: readToken(place, loginEnvironment(terminal)),
    ...(longestMs > 0 && { travel: { longestMs, precisionMs: 1500, wait: (ms: number) => sleep(ms) } }),
    onCheck: ({ id: check, status }) => {
      if (terminal.isErrorTerminal === true) terminal.warn(`keywarden: ${check} ${status}\n`);
    },
  });
  await deliverText((format) => render(report, format), options, terminal);
  return report.isConformant ? 0 : 1;
}

function render(report: ConformanceReport, format: string): string {
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (format === "junit") return renderConformanceJunit(report);
  return renderConformanceText(report)
    .split("\n")
    .map((text) => safeText(text))
    .join("\n");
}

function readSeconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--wait must be a number of seconds, not ${JSON.stringify(text)}.`);
}
