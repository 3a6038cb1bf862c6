import { setTimeout as sleep } from "node:timers/promises";
import {
  replay,
  runRotation,
  type Journal,
  type RotationResult,
  type RotationStore,
  type RotationTools,
} from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { loadConfig } from "@keywarden/repository-config";
import type { Terminal } from "../terminal.ts";
import { openSinks } from "./open-sinks.ts";
import { callUrlOf, requireDialect, type ManagementApi } from "./management-api.ts";
import { describeEntry } from "@keywarden/inventory";
import { describeResult } from "./describe-rotation.ts";

/** Takes a rotation to its end, or as far as it gets, and tells what happens. @throws CliError CLI_CONFIG */
export async function finishRotation(
  journal: Journal,
  store: RotationStore,
  { keyApi }: ManagementApi,
  waitsForGrace: boolean,
  terminal: Terminal,
): Promise<RotationResult> {
  const { plan } = replay(journal.entries);
  const { providers, managedProviders } = await loadConfig(terminal);
  const profile = managedProviders.find(({ id }) => id === plan.key.provider);
  if (profile === undefined) {
    throw new CliError("CLI_CONFIG", `keywarden.json no longer describes the provider ${plan.key.provider}.`);
  }
  let isToldToWait = false;
  const tools: RotationTools = {
    journal,
    providers,
    keyApi,
    verification: { baseUrl: callUrlOf(plan, profile), dialect: requireDialect(profile), fetch },
    sinks: openSinks(plan.sinks, { ...terminal, directory: plan.directory }),
    sealingKey: (mayCreate) => store.sealingKey(plan.rotation, mayCreate),
    destroySealingKey: () => store.destroySealingKey(plan.rotation),
    clock: Date.now,
    wait: (ms) => sleep(ms),
    random: Math.random,
    waitsForGrace,
    onEvent: (event) => {
      if (event.type === "entry") {
        const words = describeEntry(event.entry);
        if (words !== null) terminal.print(`  ${words}\n`);
      } else if (event.why === "grace" && !isToldToWait) {
        isToldToWait = true;
        terminal.print(`  waiting; it is safe to interrupt: keywarden rotate --resume ${plan.rotation}\n`);
      }
    },
  };
  const result = await runRotation(tools);
  terminal.print(describeResult(result));
  return result;
}
