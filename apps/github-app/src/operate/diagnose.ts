import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describeSystemError } from "@keywarden/command-line";
import { makeDataDirectory } from "@keywarden/storage";
import type { AppConfig } from "../config.ts";
import { makeGitHub } from "../github/github.ts";
import type { AppFacts } from "../github/github.ts";
import {
  permissions as needed,
  permissionsForConfig,
  permissionsForEvents,
  unaskedEvents,
} from "../github/needs.ts";
import { inputs } from "../inputs/inputs.ts";
import { reduceFailure } from "../jobs/failure.ts";
import { requireCreatingTokens } from "../replacements/require-creating-tokens.ts";
import { makeProviderApis } from "../provider-apis.ts";

/** One thing that was looked at. */
export interface Diagnosis {
  readonly what: string;
  readonly isWell: boolean;
  /** What was seen, or what to do. */
  readonly says: string;
}

const timeoutMs = 10_000;
const largestSkewMs = 60_000;

/** Looks at what the App needs on this machine; with `isLive` also asks GitHub and the providers. */
export async function diagnose(
  config: AppConfig,
  options: {
    readonly dataDirectory: string | undefined;
    readonly isLive: boolean;
    readonly clock: () => number;
  },
): Promise<readonly Diagnosis[]> {
  const { dataDirectory, isLive, clock } = options;
  const local = [
    well(
      "config",
      `readable; ${count(config.apis.length, "provider")}, ${count(config.channels.length, "channel")}, mode ${config.mode} where nobody has chosen another with arm`,
    ),
    ...config.warnings.map((warning) => ill("config", warning)),
    await lookAtGit(),
    ...(dataDirectory === undefined ? [] : [lookAtFolder(dataDirectory)]),
  ];
  return isLive
    ? [
        ...local,
        ...(await askGitHub(config, clock)),
        ...(await askProviders(config, clock)),
        ...(await askTokens(config)),
      ]
    : local;
}

async function lookAtGit(): Promise<Diagnosis> {
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"], { timeout: timeoutMs });
    return well("git", stdout.trim());
  } catch (error) {
    return ill("git", `cannot be started (${describeSystemError(error)}); install git`);
  }
}

function lookAtFolder(directory: string): Diagnosis {
  try {
    makeDataDirectory(directory);
    return well("data folder", directory);
  } catch (error) {
    return ill("data folder", reduceFailure(error).message);
  }
}

async function askGitHub(config: AppConfig, clock: () => number): Promise<readonly Diagnosis[]> {
  try {
    const facts = await makeGitHub(config.github, clock).describeApp();
    const skewMs = facts.dateMs === null ? 0 : Math.abs(clock() - facts.dateMs);
    return [
      well("github", `answers as the app ${facts.name}`),
      skewMs > largestSkewMs
        ? ill("clock", `differs from GitHub's by ${Math.round(skewMs / 1_000)} s; run NTP`)
        : well("clock", "agrees with GitHub's"),
      lookAtPermissions(facts, config),
      lookAtEvents(facts),
    ];
  } catch (error) {
    return [ill("github", `${reduceFailure(error).message}; check appId, privateKeyFile and the clock`)];
  }
}

function lookAtPermissions({ permissions }: AppFacts, { issues }: Pick<AppConfig, "issues">): Diagnosis {
  const wanted = { ...needed, ...permissionsForEvents, ...(issues === null ? {} : permissionsForConfig) };
  const lacking = Object.entries(wanted)
    .filter(([name, level]) => permissions[name] !== level && permissions[name] !== "write")
    .map(([name, level]) => `${name}: ${level}`);
  return lacking.length === 0
    ? well("permissions", Object.keys(needed).join(", "))
    : ill("permissions", `the app lacks ${lacking.join(" and ")}; grant it in the app's settings`);
}

function lookAtEvents({ events }: AppFacts): Diagnosis {
  const missing = [...inputs.keys()].filter((event) => !unaskedEvents.has(event) && !events.includes(event));
  return missing.length === 0
    ? well("events", events.join(", "))
    : ill(
        "events",
        `the app is not subscribed to ${missing.join(", ")}; choose it in the app's settings, Permissions & events`,
      );
}

async function askProviders(
  { apis, breaker }: AppConfig,
  clock: () => number,
): Promise<readonly Diagnosis[]> {
  const clients = makeProviderApis(apis, { timeoutMs, clock });
  return Promise.all(
    clients.names.map(async (name) => {
      try {
        await clients.greet(name);
        if (breaker.share === null) return well(`provider ${name}`, "answers lookups");
        const live = await clients.countLive(name, 1);
        return well(`provider ${name}`, live === null ? "answers lookups" : "answers lookups and lists keys");
      } catch (error) {
        return ill(`provider ${name}`, reduceFailure(error).message);
      }
    }),
  );
}

async function askTokens(config: AppConfig): Promise<readonly Diagnosis[]> {
  if (config.replacement === null) return [];
  try {
    await requireCreatingTokens(config);
    return [];
  } catch (error) {
    return [ill("policy", reduceFailure(error).message)];
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
const well = (what: string, says: string): Diagnosis => ({ what, isWell: true, says });
const ill = (what: string, says: string): Diagnosis => ({ what, isWell: false, says });
