import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { didYouMean, providersOf, Secret } from "@keywarden/key-format";
import type { ManagedProvider, ProviderProfile, Providers } from "@keywarden/key-format";
import { ConfigError, readOwnProviders, readProviderFile } from "@keywarden/repository-config";
import { describeSystemError } from "@keywarden/command-line";
import * as z from "zod";
import { AppError } from "./app-error.ts";
import {
  type Channel,
  type ChannelConfig,
  ChannelError,
  channelSchema,
  makeChannels,
} from "@keywarden/channels";
import { limitsFrom, limitsSchema } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { listsKeys } from "./lists-keys.ts";
import { policyRuleSchema } from "./policy-rule.ts";
import type { PolicyRule } from "./policy-rule.ts";
import type { RevocationMode } from "./policy.ts";
import { readReplacementTerms, rotationSchema } from "./replacements/replacement-terms.ts";
import type { ReplacementTerms } from "./replacements/replacement-terms.ts";
import { requireOutOfReach, requirePrivateMode } from "./file-mode.ts";

const baseUrlSchema = z
  .url({ protocol: /^https?$/u, error: "must be an http or https URL" })
  .refine((text) => {
    const url = new URL(text);
    return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  }, "must be a plain base URL, without credentials, query or fragment")
  .transform((text) => text.replace(/\/+$/u, ""));

const fileSchema = z.string().min(1, "must name a file");

/** What the config file may hold. */
export const configSchema = z.strictObject({
  mode: z.enum(["dry-run", "armed"]).default("dry-run"),
  killSwitch: z.boolean().default(false),
  /** What happens to a live key that was already in the history when the App first saw the repository. */
  history: z.enum(["report", "revoke"]).default("report"),
  breaker: z
    .strictObject({
      revocations: z.int().min(1).max(10_000).default(10),
      windowMinutes: z.number().positive().max(1_440).default(10),
      /** Of the keys of one provider that were live when the window began; the first of a window always passes. */
      share: z.number().positive().max(1).nullable().default(null),
    })
    .prefault({}),
  mirrors: z
    .strictObject({
      /** What the mirrors of one process may take on disk together; without it, all that there is. */
      mostGigabytes: z.number().positive().optional(),
    })
    .prefault({}),
  limits: limitsSchema.prefault({}),
  github: z.strictObject({
    apiUrl: baseUrlSchema.default("https://api.github.com"),
    gitUrl: baseUrlSchema.default("https://github.com"),
    appId: z.int().positive(),
    privateKeyFile: fileSchema,
    webhookSecretFile: fileSchema,
    /** After so long GitHub lists a delivery, answered or not: it waits ten seconds for an answer, an Enterprise Server thirty. */
    listsDeliveriesAfterSeconds: z.number().nonnegative().max(600).default(15),
  }),
  /** The user's own providers: a list of definitions, or a file that holds one, such as a keywarden.json. */
  definitions: z.union([fileSchema, z.array(z.unknown())]).default([]),
  providers: z
    .array(z.strictObject({ provider: z.string(), baseUrl: baseUrlSchema, tokenFile: fileSchema }))
    .min(1, "must name at least one provider's management API; without one nothing can be looked up"),
  /** The first rule that fits a live key decides; where none fits, production keys that came after are revoked. */
  policy: z.array(policyRuleSchema).default([]),
  /** Key ids, or SHA-256 fingerprints, about which a person is always asked. */
  protectedKeys: z.array(z.string().min(1)).default([]),
  /** One issue for each key: in this repository, or in the private one that shows it. Absent: none. */
  issues: z
    .strictObject({
      repository: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/u, "must be owner/name")
        .nullable()
        .default(null),
    })
    .optional(),
  /** How the keys are replaced for which a rule says `rotate-then-revoke`. */
  rotation: rotationSchema.optional(),
  /** Where the people who run Keywarden are told what was found and decided. */
  channels: z.array(channelSchema).default([]),
});

/** Where one provider's management API answers for the organisation that runs the App. */
export interface ApiConfig {
  readonly provider: ProviderProfile;
  readonly dialect: string;
  readonly baseUrl: string;
  readonly token: Secret;
}

/** Everything the App is told; files are read and checked. */
export interface AppConfig extends Providers, Limits {
  readonly mode: RevocationMode;
  readonly killSwitch: boolean;
  readonly history: "report" | "revoke";
  readonly policy: readonly PolicyRule[];
  readonly protectedKeys: ReadonlySet<string>;
  readonly breaker: {
    readonly revocations: number;
    readonly windowMs: number;
    /** Of a provider's live keys; `null` for no such limit. */
    readonly share: number | null;
  };
  /** What the mirrors of a process may take; `null` for as much as there is. */
  readonly mostMirrorBytes: number | null;
  readonly github: {
    readonly apiUrl: string;
    readonly gitUrl: string;
    readonly appId: number;
    readonly privateKey: Secret;
    /** Any of them may have signed a delivery: the old and the new one while a secret is replaced. */
    readonly webhookSecrets: readonly Secret[];
    /** After so long it lists a delivery that it made, answered or not. */
    readonly listsDeliveriesAfterMs: number;
  };
  readonly apis: readonly ApiConfig[];
  /** How exposed keys are replaced before they are revoked; `null` where none is. */
  readonly replacement: ReplacementTerms | null;
  /** Ways to tell the people who run Keywarden, each with a name of its own. */
  readonly channels: readonly Channel[];
  /** Where issues are written: in one repository, or with `null` in the private one that shows the key; `null` for none. */
  readonly issues: { readonly repository: string | null } | null;
  /** What is not right and not bad enough to refuse, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the config file and the files it names, relative to it.
 *
 * @throws {@link AppError} APP_CONFIG with every problem on a line of its own.
 */
export function loadAppConfig(path: string): AppConfig {
  const file = resolve(path);
  const parsed = configSchema.safeParse(parseJson(readText(file, "the config"), file), { reportInput: true });
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => sentencesFor(issue));
    throw new AppError(
      "APP_CONFIG",
      `${file} is not a usable config:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
  }
  const { mode, killSwitch, history, breaker, policy, protectedKeys } = parsed.data;
  const { github, definitions, providers, channels, issues, mirrors, limits, rotation } = parsed.data;
  const beside = (name: string) => resolve(dirname(file), name);
  const known = providersOf(ownProviders(definitions, beside));
  const windowMs = breaker.windowMinutes * 60_000;
  const apis = apisFrom(known.providers, providers, beside);
  return {
    mode,
    killSwitch,
    history,
    policy,
    protectedKeys: new Set(protectedKeys),
    breaker: { revocations: breaker.revocations, windowMs, share: breaker.share },
    mostMirrorBytes: mirrors.mostGigabytes === undefined ? null : mirrors.mostGigabytes * 1_000_000_000,
    ...limitsFrom(limits),
    github: {
      apiUrl: github.apiUrl,
      gitUrl: github.gitUrl,
      appId: github.appId,
      privateKey: readPrivateKey(beside(github.privateKeyFile)),
      webhookSecrets: readWebhookSecrets(beside(github.webhookSecretFile)),
      listsDeliveriesAfterMs: github.listsDeliveriesAfterSeconds * 1_000,
    },
    ...known,
    apis,
    channels: channelsFrom(channels, beside),
    issues: issues ?? null,
    replacement: readReplacementTerms({
      policy,
      rotation,
      configured: apis.map(({ provider }) => provider.id),
      managedProviders: known.managedProviders,
      directory: dirname(file),
    }),
    warnings: breaker.share === null ? [] : describeUncounted(apis),
  };
}

function ownProviders(
  definitions: string | readonly unknown[],
  beside: (name: string) => string,
): readonly ManagedProvider[] {
  if (typeof definitions === "string") {
    const file = beside(definitions);
    const text = readText(file, "the definitions of providers");
    try {
      return readProviderFile(text, file);
    } catch (error) {
      if (error instanceof ConfigError) throw new AppError("APP_CONFIG", error.message);
      throw error;
    }
  }
  const { own, problems } = readOwnProviders(definitions, "definitions");
  if (problems.length === 0) return own;
  throw new AppError("APP_CONFIG", problems.map(({ message }) => message).join("\n"));
}

function apisFrom(
  known: readonly ProviderProfile[],
  configs: readonly { readonly provider: string; readonly baseUrl: string; readonly tokenFile: string }[],
  beside: (name: string) => string,
): readonly ApiConfig[] {
  const seen = new Set<string>();
  return configs.map(({ provider: id, baseUrl, tokenFile }, index) => {
    const provider = known.find((candidate) => candidate.id === id);
    if (provider?.dialect === undefined) {
      const names = known.flatMap((candidate) => (candidate.dialect === undefined ? [] : [candidate.id]));
      const hint = didYouMean(id, names);
      throw new AppError(
        "APP_CONFIG",
        `providers[${index}].provider: "${id}" is not a known provider.${hint} Known are ${names.join(", ")}, and those under definitions`,
      );
    }
    if (seen.has(id)) {
      throw new AppError("APP_CONFIG", `providers[${index}].provider: "${id}" is configured twice`);
    }
    seen.add(id);
    requirePrivateMode(beside(tokenFile));
    const token = readText(beside(tokenFile), `the token of ${id}`).trim();
    if (token === "")
      throw new AppError("APP_CONFIG", `${beside(tokenFile)} is empty; it must hold the token of ${id}`);
    return { provider, dialect: provider.dialect, baseUrl, token: new Secret(token) };
  });
}

// The share is a promise, so whoever relies on it is told where it does not hold.
function describeUncounted(apis: readonly ApiConfig[]): readonly string[] {
  return apis
    .filter((api) => !listsKeys(api))
    .map(({ provider: { id } }) => `breaker.share does not count for ${id}, whose API does not list keys`);
}

function channelsFrom(
  configs: readonly ChannelConfig[],
  beside: (name: string) => string,
): readonly Channel[] {
  const readSecret = (name: string): string => {
    requirePrivateMode(beside(name));
    const text = readText(beside(name), "a channel's secret").trim();
    if (text === "") throw new AppError("APP_CONFIG", `${beside(name)} is empty`);
    return text;
  };
  try {
    return makeChannels(configs, readSecret, Date.now);
  } catch (error) {
    if (error instanceof ChannelError) throw new AppError("APP_CONFIG", error.message);
    throw error;
  }
}

function readPrivateKey(file: string): Secret {
  requirePrivateMode(file);
  const pem = readText(file, "the app's private key");
  try {
    createPrivateKey(pem);
  } catch {
    // The cause can quote the file, which is the one thing that must not reach a log.
    throw new AppError(
      "APP_CONFIG",
      `${file} is not a private key in PEM form; download one from the app's settings`,
    );
  }
  return new Secret(pem);
}

function readWebhookSecrets(file: string): readonly Secret[] {
  requireOutOfReach(file);
  const lines = readText(file, "the webhook secret")
    .split(/\r?\n/u)
    .map((line) => line.trim());
  const secrets = lines.filter((line) => line !== "");
  if (secrets.length > 0) return secrets.map((secret) => new Secret(secret));
  throw new AppError(
    "APP_CONFIG",
    `${file} contains no webhook secret; copy it from the app's settings (one a line while you replace it)`,
  );
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("APP_CONFIG", `cannot read ${what} from ${file}: ${describeSystemError(cause)}`);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ""));
  } catch (cause) {
    const at =
      cause instanceof SyntaxError ? (/position \d+.*$/u.exec(cause.message)?.[0] ?? "the end") : "the start";
    throw new AppError("APP_CONFIG", `${file} is not JSON: it ends early or is invalid at ${at}`);
  }
}

const knownNames: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(configSchema.shape),
  github: Object.keys(configSchema.shape.github.shape),
  issues: ["repository"],
  rotation: ["deadlineMinutes", "otherwise", "sinks"],
  breaker: ["revocations", "windowMinutes", "share"],
  limits: Object.keys(limitsSchema.shape),
  policy: Object.keys(policyRuleSchema.shape),
  providers: Object.keys(configSchema.shape.providers.element.shape),
};

function sentencesFor(issue: z.core.$ZodIssue): readonly string[] {
  const setting = issue.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .slice(1);
  if (issue.code === "unrecognized_keys") {
    const known = knownNames[String(issue.path[0] ?? "")] ?? [];
    return issue.keys.map(
      (key) => `${setting === "" ? key : `${setting}.${key}`}: unknown setting.${didYouMean(key, known)}`,
    );
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  return [`${setting === "" ? "the whole file" : setting}: ${missing ? "is required" : issue.message}`];
}
