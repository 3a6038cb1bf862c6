import type { Environment } from "../key-kind.ts";
import type {
  HygieneFacts,
  ManagementFacts,
  ProviderHost,
  ProviderVariable,
  RotationFacts,
} from "../profile.ts";
import { environments } from "./read-format.ts";
import type { DefinitionReader } from "./reader.ts";

const days = { min: 1, max: 3_650 };

/** Reads where the provider's keys are kept (key-formats.md §12.3). */
export function readVariableNames(reader: DefinitionReader, value: unknown, path: string): ProviderVariable {
  const part = reader.object(value, path, ["name", "holds", "prefixes"]);
  const name = reader.text(part.name, `${path}.name`, {
    pattern: /^[A-Za-z_][0-9A-Za-z_]{0,127}$/,
    what: "the name of an environment variable",
  });
  const holds = reader.choice(part.holds, `${path}.holds`, ["key", "tenant"], "key");
  if (part.prefixes === undefined) return { name, holds };
  const given = reader.object(part.prefixes, `${path}.prefixes`, environments);
  const prefixes: Partial<Record<Environment, string>> = {};
  for (const environment of environments) {
    if (given[environment] === undefined) continue;
    prefixes[environment] = reader.text(given[environment], `${path}.prefixes.${environment}`, {
      pattern: /^[0-9A-Za-z_-]{1,64}$/,
      what: "1 to 64 letters, digits, _ or hyphens",
    });
  }
  return { name, holds, prefixes };
}

/** Reads where the provider's keys may be sent (key-formats.md §12.3). */
export function readHost(reader: DefinitionReader, value: unknown, path: string): ProviderHost {
  const part = reader.object(value, path, ["host", "purpose", "environment"]);
  return {
    host: reader.text(part.host, `${path}.host`, {
      pattern: /^(?=.{1,253}$)[0-9a-z](?:[0-9a-z-]*[0-9a-z])?(?:\.[0-9a-z](?:[0-9a-z-]*[0-9a-z])?)*$/,
      what: "a host name in lower case, without scheme, port or path",
    }),
    purpose: reader.choice(
      part.purpose,
      `${path}.purpose`,
      ["api", "ingest", "management", "console"],
      "api",
    ),
    environment:
      part.environment === undefined || part.environment === null
        ? null
        : reader.choice(part.environment, `${path}.environment`, environments),
  };
}

/** Reads how the provider's keys are replaced (key-formats.md §12.3). */
export function readRotation(reader: DefinitionReader, value: unknown, path: string): RotationFacts {
  const part = reader.object(value ?? {}, path, [
    "schedule",
    "graceSeconds",
    "procedure",
    "graceFrom",
    "maxLiveSecrets",
    "revocationDelaySeconds",
  ]);
  const longest = { min: 0, max: 31_536_000 };
  const facts = {
    schedule: readSchedule(reader, part.schedule, `${path}.schedule`),
    graceSeconds: reader.integer(part.graceSeconds, `${path}.graceSeconds`, longest, 0),
    procedure: reader.choice(
      part.procedure,
      `${path}.procedure`,
      ["create-deploy-revoke", "server-side"],
      "create-deploy-revoke",
    ),
  };
  const maxLiveSecrets =
    part.maxLiveSecrets === undefined
      ? undefined
      : reader.integer(part.maxLiveSecrets, `${path}.maxLiveSecrets`, { min: 1, max: 1000 });
  if (maxLiveSecrets === 1 && (facts.procedure === "create-deploy-revoke" || facts.graceSeconds > 0)) {
    reader.report(`${path}.maxLiveSecrets`, "must be at least 2 where the old and the new key overlap");
  }
  return {
    ...facts,
    ...(part.graceFrom !== undefined && {
      graceFrom: reader.choice(part.graceFrom, `${path}.graceFrom`, ["rotation", "first-use"]),
    }),
    ...(maxLiveSecrets !== undefined && { maxLiveSecrets }),
    ...(part.revocationDelaySeconds !== undefined && {
      revocationDelaySeconds: reader.integer(
        part.revocationDelaySeconds,
        `${path}.revocationDelaySeconds`,
        longest,
      ),
    }),
  };
}

const abilities = [
  "list",
  "lookup",
  "lastUse",
  "permissions",
  "restrictions",
  "generations",
  "idempotencyKey",
] as const satisfies readonly (keyof ManagementFacts)[];

/** Reads what the provider's management API can do (key-formats.md §12.3). */
export function readManagement(reader: DefinitionReader, value: unknown, path: string): ManagementFacts {
  const part = reader.object(value, path, abilities);
  return Object.fromEntries(
    abilities
      .filter((name) => part[name] !== undefined)
      .map((name) => [name, reader.boolean(part[name], `${path}.${name}`, false)]),
  );
}

function readSchedule(reader: DefinitionReader, value: unknown, path: string): RotationFacts["schedule"] {
  if (value === undefined || value === null) return null;
  const part = reader.object(value, path, ["every", "days"]);
  const every = reader.choice(part.every, `${path}.every`, ["days", "quarter"]);
  if (every === "days") return { every, days: reader.integer(part.days, `${path}.days`, days) };
  if (part.days !== undefined) reader.report(`${path}.days`, "a quarter takes no number of days");
  return { every };
}

/** Reads what is asked of those who hold the keys (key-formats.md §12.3). */
export function readHygiene(reader: DefinitionReader, value: unknown, path: string): HygieneFacts {
  const part = reader.object(value ?? {}, path, [
    "dormantAfterDays",
    "rotateWithinHoursOfDeparture",
    "oneStandardKeyPerTenant",
    "neverLiveInDevelopment",
  ]);
  const optional = (name: string, max: number) =>
    part[name] === undefined || part[name] === null
      ? null
      : reader.integer(part[name], `${path}.${name}`, { min: 1, max });
  const facts = {
    dormantAfterDays: optional("dormantAfterDays", days.max),
    rotateWithinHoursOfDeparture: optional("rotateWithinHoursOfDeparture", 24 * 365),
    neverLiveInDevelopment: reader.boolean(
      part.neverLiveInDevelopment,
      `${path}.neverLiveInDevelopment`,
      true,
    ),
  };
  if (part.oneStandardKeyPerTenant === undefined) return facts;
  const only = reader.boolean(part.oneStandardKeyPerTenant, `${path}.oneStandardKeyPerTenant`, false);
  return { ...facts, oneStandardKeyPerTenant: only };
}
