import { builtInProviders, defineProvider, nearestWord, redactWithin } from "@keywarden/key-format";
import type { Environment, KeyKind, ProviderProfile } from "@keywarden/key-format";
import { defaultPolicy, inEveryEnvironment, readPathPattern } from "@keywarden/scan";
import type { PolicyAction, ScanPolicy } from "@keywarden/scan";
import { ConfigError } from "./config-error.ts";
import { checkShape } from "./check-shape.ts";
import type { Problem } from "./check-shape.ts";
import { configShape } from "./config-shape.ts";
import type { AllowDocument, ConfigDocument, PolicyDocument } from "./config-shape.ts";
import { dayOf } from "./day-of.ts";
import { JsonSyntaxError, readJsonDocument } from "./json-document.ts";
import type { JsonDocument, Position } from "./json-document.ts";
import { configFile } from "./default-config.ts";
import type { AllowRule, Config } from "./default-config.ts";

/**
 * Reads the text of a keywarden.json.
 *
 * @throws ConfigError CONFIG_INVALID with line, column and way out for everything that is not understood: a configuration
 * that is read in part would be a smaller scan that looks like a whole one.
 */
export function readConfig(source: string): Config {
  const document = parse(source);
  const problems = [...checkShapeOf(document.value)];
  const value = (problems.length === 0 ? document.value : {}) as ConfigDocument;
  const { providers, problems: inProviders } = readProviders(document.value);
  problems.push(...inProviders);
  const allow = (value.allow ?? []).map((entry, index) => {
    problems.push(...problemsOfEntry(entry, `allow[${index}]`, providers));
    return readEntry(entry, document.positionOf(`allow[${index}]`), providers);
  });
  const exclude = (value.exclude ?? []).map((pattern, index) => {
    problems.push(...problemsOfExclusion(pattern, `exclude[${index}]`));
    return { position: document.positionOf(`exclude[${index}]`), pattern, matches: matcherOf(pattern) };
  });
  if (problems.length > 0) throw wrong(document, problems);
  return { providers, allow, policy: readPolicy(value.policy ?? {}), exclude, hygiene: value.hygiene ?? {} };
}

function parse(source: string): JsonDocument {
  try {
    return readJsonDocument(source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new ConfigError("CONFIG_INVALID", complaint(error.message, error.position), { cause: error });
  }
}

// Providers are read by their own reader, which knows more than their shape.
function checkShapeOf(value: unknown): readonly Problem[] {
  const problems = checkShape(configShape, value);
  return problems.filter(({ path }) => !path.startsWith("providers["));
}

function readProviders(value: unknown): {
  readonly providers: readonly ProviderProfile[];
  readonly problems: readonly Problem[];
} {
  const definitions =
    typeof value === "object" && value !== null && "providers" in value && Array.isArray(value.providers)
      ? (value.providers as readonly unknown[])
      : [];
  const providers = [...builtInProviders];
  const problems: Problem[] = [];
  for (const [index, definition] of definitions.entries()) {
    const here = `providers[${index}]`;
    const result = defineProvider(definition);
    if (!result.ok) {
      for (const { path, message, suggestion } of result.problems) {
        const full = `${here}${path.slice(1)}`;
        const meant = suggestion === undefined ? "" : `; did you mean ${JSON.stringify(suggestion)}?`;
        const sentence = message.replaceAll("$.", `${here}.`);
        problems.push({ path: full, message: `${full}: ${sentence}${meant}` });
      }
    } else {
      const { id } = result.provider;
      const isBuiltIn = builtInProviders.some((provider) => provider.id === id);
      if (providers.some((provider) => provider.id === id)) {
        const which = isBuiltIn ? "a built-in provider, which cannot be redefined" : "already defined above";
        problems.push({ path: `${here}.id`, message: `${here}.id: ${JSON.stringify(id)} is ${which}` });
      } else {
        providers.push(result.provider);
      }
    }
  }
  return { providers, problems };
}

function problemsOfEntry(
  { format }: AllowDocument,
  path: string,
  providers: readonly ProviderProfile[],
): readonly Problem[] {
  if (format === undefined) return [];
  const prefixes = [...new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)))];
  if (prefixes.includes(format)) return [];
  const nearest = nearestWord(format, prefixes);
  const wayOut =
    nearest === undefined
      ? `the prefixes are ${prefixes.join(", ")}`
      : `did you mean ${JSON.stringify(nearest)}?`;
  return [{ path: `${path}.format`, message: `${path}.format: no format begins with ${format}; ${wayOut}` }];
}

function problemsOfExclusion(pattern: string, path: string): readonly Problem[] {
  // Whatever these two names match, they leave nothing to scan.
  const isEverything = ["a", "z/y"].every(matcherOf(pattern));
  return isEverything ? [{ path, message: `${path}: excludes everything, so nothing would be scanned` }] : [];
}

function readEntry(
  document: AllowDocument,
  position: Position,
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
    actions: {
      secret: actionsOf("secret"),
      restricted: actionsOf("restricted"),
      publishable: actionsOf("publishable"),
    },
  };
}

function wrong(document: JsonDocument, problems: readonly Problem[]): ConfigError {
  const lines = problems
    .map(({ path, message }) => ({ message, position: document.positionOf(path) }))
    .sort(
      (one, other) => one.position.line - other.position.line || one.position.column - other.position.column,
    )
    .map(({ message, position }) => complaint(message, position));
  return new ConfigError("CONFIG_INVALID", [...new Set(lines)].join("\n"));
}

// A name in the file may hold line breaks and more that a terminal obeys.
function complaint(message: string, { line, column }: Position): string {
  const shown = message.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${configFile}:${line}:${column}: ${shown}`;
}
