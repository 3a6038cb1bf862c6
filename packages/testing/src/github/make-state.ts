import { generateKeyPairSync } from "node:crypto";
import { realpathSync } from "node:fs";
import type { GitHubEmulatorOptions } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { makePendingWork } from "./webhooks/pending-work.ts";
import type { EmulatorState } from "./state.ts";

const defaultDeliveryTimeoutMs = 10_000;

/** A GitHub with one app and nothing else in it. */
export function makeGitHubState(options: GitHubEmulatorOptions): EmulatorState {
  if (options.webhookSecret === "") {
    throw new GitHubEmulatorError("EMULATOR_OPTION", "webhookSecret must not be empty");
  }
  const clock = options.clock ?? Date.now;
  let lastId = 1_000_000;
  const nextId = (): number => (lastId += 7);
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    url: "",
    webhookUrl: options.webhookUrl ?? null,
    app: {
      id: options.appId ?? 413_612,
      slug: "keywarden",
      name: "Keywarden",
      clientId: "Iv23liKeywardenEmul",
      hookId: nextId(),
      createdAtMs: clock(),
      owner: { id: nextId(), login: "keywarden-maker", type: "User" },
      publicKey,
      privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    },
    firstInstallationId: nextId(),
    wasInstalled: false,
    directory: directoryOf(options.directory),
    webhookSecret: options.webhookSecret,
    deliveryTimeoutMs: options.deliveryTimeoutMs ?? defaultDeliveryTimeoutMs,
    clock,
    accounts: new Map(),
    installations: new Map(),
    moved: new Map(),
    repositories: new Map(),
    installationTokens: new Map(),
    userTokens: new Map(),
    checkRuns: new Map(),
    issues: new Map(),
    secretVaults: new Map(),
    pullRequests: new Map(),
    deliveries: [],
    disturbances: [],
    held: [],
    transferFaults: [],
    secondaryLimits: null,
    creations: new Map(),
    violations: [],
    faults: [],
    rates: new Map(),
    pending: makePendingWork(),
    closing: new AbortController(),
    nextId,
  };
}

function directoryOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new GitHubEmulatorError("EMULATOR_OPTION", `directory ${path} cannot be used: create it first`, {
      cause,
    });
  }
}
