import type { ScanPolicy, Unread } from "@keywarden/scan";
import type { Setup } from "@keywarden/repository-config";
import { makeSuppression } from "@keywarden/repository-config";
import { scannerFor } from "./scanner-for.ts";
import type { SuppressionSetup } from "@keywarden/repository-config";
import type { FileScan } from "./files/scan-file.ts";
import { makeShowPath } from "./files/show-path.ts";
import { Account } from "./account/account.ts";

/** What a scan is done with, and what it leaves behind for its report. */
export interface ScanTools extends FileScan {
  readonly suppression: SuppressionSetup;
}

/**
 * Makes the tools of one scan; what cannot be used of its setup is missing in its report.
 *
 * @param isThorough whether nobody waits for it as for a hook
 */
export function makeScanTools(
  setup: Setup,
  policy: ScanPolicy,
  nowMs: number,
  fromTop: SuppressionSetup["fromTop"],
  isThorough = false,
): ScanTools {
  const { providers } = setup.config;
  const suppression = makeSuppression(setup, policy, nowMs, fromTop);
  const scanner = scannerFor(providers, isThorough);
  const account = new Account(suppression, scanner.notLookedFor);
  for (const sentence of setup.unusable ?? []) account.addUnread(unreadSetup(sentence));
  return {
    scanner,
    showPath: makeShowPath(providers),
    account,
    suppression,
  };
}

function unreadSetup(sentence: string): Unread {
  const [, location = "the configuration", reason = sentence] = /^(\S+:\d+:\d+): (.*)$/s.exec(sentence) ?? [];
  return { location, kind: "file", reason: reason.replace(/\.$/, "") };
}
