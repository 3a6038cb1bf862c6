import { nearestWord, providersOf, redactWithin, suggest } from "@keywarden/key-format";
import type { Environment, KeyKind, ProviderProfile } from "@keywarden/key-format";
import { defaultPolicy, inEveryEnvironment, readPathPattern } from "@keywarden/scan";
import type { PolicyAction, ScanPolicy } from "@keywarden/scan";
import { checkShape } from "./check-shape.ts";
import type { DocumentProblem } from "./check-shape.ts";
import { configShape } from "./config-shape.ts";
import type { AllowDocument, ConfigDocument, PolicyDocument } from "./config-shape.ts";
import { parseDocument, problemsError } from "./config-document.ts";
import { definitionsIn, readOwnProviders } from "./own-providers.ts";
import { ConfigError } from "./config-error.ts";
import { dayOf } from "./day-of.ts";
import type { DocumentPosition } from "./json-document.ts";
import { configFile, defaultConfig } from "./default-config.ts";
import type { AllowRule, Config } from "./default-config.ts";

/**
 * Reads the text of a keywarden.json.
 *
 * @throws ConfigError CONFIG_INVALID with line, column and remedy for everything that is not understood: a configuration
 * that is read in part would be a smaller scan that looks like a whole one.
 */
export function readConfig(source: string): Config {
  const document = parseDocument(source, configFile);
  const problems = [...checkShapeOf(document.value)];
  const value = (problems.length === 0 ? document.value : {}) as ConfigDocument;
  const { own, problems: inProviders } = readOwnProviders(
    definitionsIn(document.value) ?? [],
    "providers",
    value.catalogue,
  );
  problems.push(...inProviders);
  const { providers: all, managedProviders } = providersOf(own);
  const { catalogue } = value;
  const providers =
    catalogue === undefined
      ? all
      : all.filter(({ field }) => field === undefined || catalogue.includes(field));
  const allow = (value.allow ?? []).map((entry, index) => {
    problems.push(...problemsOfEntry(entry, `allow[${index}]`, providers));
    return readEntry(entry, document.positionOf(`allow[${index}]`), providers);
  });
  const exclude = (value.exclude ?? []).map((pattern, index) => {
    problems.push(...problemsOfExclusion(pattern, `exclude[${index}]`));
    return { position: document.positionOf(`exclude[${index}]`), pattern, matches: matcherOf(pattern) };
  });
  if (problems.length > 0) throw problemsError(document, problems, configFile);
  return {
    providers,
    managedProviders,
    allow,
    policy: readPolicy(value.policy ?? {}),
    exclude,
    hygiene: value.hygiene ?? {},
  };
}

/** Gives what can be used of a keywarden.json that {@link readConfig} refuses: its own providers, and the defaults. */
export function readUsable(source: string): Config {
  try {
    const { value } = parseDocument(source, configFile);
    const { own } = readOwnProviders(definitionsIn(value) ?? [], "providers");
    return { ...defaultConfig, ...providersOf(own) };
  } catch (error) {
    if (error instanceof ConfigError) return defaultConfig;
    throw error;
  }
}

// Providers are read by their own reader, which knows more than their shape.
function checkShapeOf(value: unknown): readonly DocumentProblem[] {
  const problems = checkShape(configShape, value);
  return problems.filter(({ path }) => !path.startsWith("providers["));
}

function problemsOfEntry(
  { format }: AllowDocument,
  path: string,
  providers: readonly ProviderProfile[],
): readonly DocumentProblem[] {
  if (format === undefined) return [];
  const prefixes = [...new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)))];
  const ids = providers.flatMap(({ id, patterns = [] }) => patterns.map((pattern) => `${id}/${pattern.id}`));
  if (prefixes.includes(format) || ids.includes(format)) return [];
  const nearest = nearestWord(format, format.includes("/") ? ids : [...prefixes, ...ids]);
  const remedy = suggest(
    nearest,
    `the prefixes are ${prefixes.join(", ")}, and keywarden formats list lists the others`,
  );
  const what = format.includes("/") ? "no format is called" : "no format begins with";
  return [{ path: `${path}.format`, message: `${path}.format: ${what} ${format}${remedy}` }];
}

function problemsOfExclusion(pattern: string, path: string): readonly DocumentProblem[] {
  // Whatever these two names match, they leave nothing to scan.
  const isEverything = ["a", "z/y"].every(matcherOf(pattern));
  return isEverything ? [{ path, message: `${path}: excludes everything, so nothing would be scanned` }] : [];
}

function readEntry(
  document: AllowDocument,
  position: DocumentPosition,
  providers: readonly ProviderProfile[],
): AllowRule {
  const { path, format, finding, fingerprint, reason, owner, expires } = document;
  const expiresAtMs = expires === undefined ? null : dayOf(expires);
  return {
    document,
    position,
    ...(path === undefined ? {} : { matchesPath: matcherOf(path) }),
    ...(format === undefined ? {} : { format }),
    ...(finding === undefined ? {} : { finding }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    reason: redactWithin(reason, providers),
    ...(owner === undefined ? {} : { owner: redactWithin(owner, providers) }),
    ...(expiresAtMs === null ? {} : { expiresAtMs }),
  };
}

function matcherOf(pattern: string): (path: string) => boolean {
  const read = readPathPattern(pattern);
  return read.ok ? read.matches : () => false;
}

function readPolicy(document: PolicyDocument): ScanPolicy {
  const actionsOf = (kind: KeyKind): Readonly<Record<Environment, PolicyAction>> => {
    const given = document[kind] ?? {};
    return typeof given === "string"
      ? inEveryEnvironment(given)
      : { ...defaultPolicy.actions[kind], ...given };
  };
  return {
    minConfidence: document.minConfidence ?? defaultPolicy.minConfidence,
    ...(document.foreignAllow === "honour" ? { honoursForeignAllow: true } : {}),
    actions: {
      secret: actionsOf("secret"),
      restricted: actionsOf("restricted"),
      publishable: actionsOf("publishable"),
    },
  };
}
