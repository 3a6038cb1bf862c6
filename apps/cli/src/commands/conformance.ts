import { unknownProvider } from "@keywarden/key-format";
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
import type { ConformanceFlags } from "../flags/conformance-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface ConformanceCall {
  readonly flags: ConformanceFlags;
  readonly operands: readonly string[];
}

/** `keywarden conformance <url>`: tries an API against its provider's profile. */
export async function conformance(
  { flags, operands: [baseUrl = ""] }: ConformanceCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { provider: id, promise: promises, callUrl, tokenFile } = flags;
  const { managedProviders: providers } = await loadConfig(terminal);
  const profile = providers.find((provider) => provider.id === id);
  if (profile === undefined) {
    throw new CliError("CLI_USAGE", unknownProvider(id, providers));
  }
  const longestMs = flags.wait * 1000;
  const report = await runConformance({
    profile,
    capabilities: {
      ...(promises.includes("generations") && { generations: true }),
      ...(promises.includes("idempotency-key") && { idempotencyKey: true }),
    },
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...(callUrl !== undefined && { callUrl: callUrl.replace(/\/+$/, "") }),
    token: readToken(tokenFile, loginEnvironment(terminal)),
    ...(longestMs > 0 && { travel: { longestMs, precisionMs: 1500, wait: (ms: number) => sleep(ms) } }),
    onCheck: ({ id: check, status }) => {
      if (terminal.isErrorTerminal === true) terminal.warn(`keywarden: ${check} ${status}\n`);
    },
  });
  await deliverText((format) => render(report, format), flags, terminal);
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
