import type { Property, Shape } from "./shape.ts";

// `defineProvider` of key-format is what reads providers, with rules that go across properties. This is what editors
// are told of it; the tests hold both against the same vectors.

const text = (pattern: RegExp, what: string): Shape => ({ kind: "text", pattern, what });
const choice = (...names: readonly string[]): Shape => ({ kind: "choice", names });
const object = (properties: Readonly<Record<string, Property>>): Shape => ({ kind: "object", properties });
const list = (of: Shape, least = 0): Shape => ({ kind: "list", of, least, most: 64 });
const integer = (least: number, most: number): Shape => ({ kind: "integer", least, most });
const orNothing = (object: Shape): Shape => ({ kind: "either", plain: { kind: "nothing" }, object });
const needed = (shape: Shape, summary?: string): Property => ({
  shape,
  isRequired: true,
  ...(summary === undefined ? {} : { summary }),
});

const kebabCase = text(/^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/u, "lower-case words joined by hyphens");
const environment = choice("production", "sandbox", "development");
const tenantPrefix = text(/^[0-9A-Za-z_-]{1,64}$/u, "1 to 64 letters, digits, _ or hyphens");

const format = object({
  prefix: needed(
    text(/^(?=.{3,32}$)[A-Za-z][0-9A-Za-z]*(?:_[0-9A-Za-z]+)*_$/u, "words that each end with _"),
    "What every key of this sort begins with, such as acme_live_.",
  ),
  kind: needed(choice("secret", "publishable", "restricted")),
  environment: needed(environment),
  label: {
    shape: text(/^[0-9A-Za-z-]{1,32}$/u, "1 to 32 letters, digits or hyphens"),
    summary: "The provider's own word for the environment; the prefix's last word unless given.",
  },
  body: needed(
    object({
      alphabet: needed(choice("base62", "base58", "base36", "hex", "base64url")),
      length: needed(
        {
          kind: "either",
          plain: integer(12, 256),
          object: object({ min: needed(integer(12, 256)), max: needed(integer(12, 256)) }),
        },
        "Characters after the prefix, the checksum included.",
      ),
      stated: {
        shape: { kind: "flag" },
        summary: "Whether the provider documents the length.",
        default: true,
      },
      issuedLength: { shape: integer(12, 256), summary: "Characters that new keys get." },
    }),
  ),
  checksum: {
    shape: object({
      algorithm: needed(choice("crc32-base62")),
      length: { shape: integer(6, 6), default: 6 },
      covers: { shape: choice("body", "prefix-and-body"), default: "body" },
    }),
    summary: "A checksum in the last characters of the body.",
  },
});

const patternText = text(/^[ -~]{3,256}$/u, "a pattern, such as acme-{hex:40}");

const keyPattern = object({
  id: needed(kebabCase),
  name: { shape: text(/^[^\p{C}\p{Zl}\p{Zp}]{1,80}$/u, "1 to 80 visible characters") },
  pattern: needed(
    patternText,
    "Literal text, {class:length} and {one|other}, such as acme-{base62:20}.{hex:40}.",
  ),
  kind: needed(choice("secret", "publishable", "restricted", "identifier")),
  evidence: {
    shape: choice("high", "medium", "low"),
    summary: "How sure it is that such text is a key.",
    default: "high",
  },
  beside: {
    shape: list(text(/^[A-Za-z_][0-9A-Za-z_]{3,63}$/u, "a name of 4 to 64 letters, digits or _")),
    summary: "Names of which one must stand before the key.",
  },
  services: {
    shape: list(
      text(
        /^(?=.{3,32}$)[a-z0-9]+(?:[_.][a-z0-9]+)*$/u,
        "a name of 3 to 32 lower-case letters and digits, with _ between words",
      ),
    ),
    summary: "What the service is called, of which one is a part of the name before the key.",
  },
  checksum: {
    shape: object({
      algorithm: needed(choice("crc32")),
      encoding: needed(choice("base62", "base36", "hex", "hex-upper", "base64")),
      order: { shape: choice("big", "little"), default: "big" },
      digits: needed(integer(6, 8)),
      covers: { shape: choice("all", "body"), default: "body" },
    }),
    summary: "A checksum in the last characters of the key.",
  },
});

const variable = object({
  name: needed(text(/^[A-Za-z_][0-9A-Za-z_]{0,127}$/u, "the name of an environment variable")),
  holds: { shape: choice("key", "tenant"), default: "key" },
  prefixes: {
    shape: object({
      production: { shape: tenantPrefix },
      sandbox: { shape: tenantPrefix },
      development: { shape: tenantPrefix },
    }),
    summary: "How the value starts in each environment.",
  },
});

const host = object({
  host: needed(
    text(
      /^(?=.{1,253}$)[0-9a-z](?:[0-9a-z-]*[0-9a-z])?(?:\.[0-9a-z](?:[0-9a-z-]*[0-9a-z])?)*$/u,
      "a host name in lower case",
    ),
  ),
  purpose: { shape: choice("api", "ingest", "management", "console"), default: "api" },
  environment: {
    shape: { kind: "choice", names: ["production", "sandbox", "development"] },
    summary: "Leave it out where one host serves every environment.",
  },
});

const rotation = object({
  schedule: {
    shape: orNothing(object({ every: needed(choice("days", "quarter")), days: { shape: integer(1, 3650) } })),
    default: null,
  },
  graceSeconds: { shape: integer(0, 31_536_000), default: 0 },
  procedure: { shape: choice("create-deploy-revoke", "server-side"), default: "create-deploy-revoke" },
  graceFrom: {
    shape: choice("rotation", "first-use"),
    summary: "What begins the grace period.",
    default: "rotation",
  },
  maxLiveSecrets: {
    shape: integer(1, 1000),
    summary: "How many secrets of one key may work at a time.",
  },
  revocationDelaySeconds: {
    shape: integer(0, 31_536_000),
    summary: "Seconds during which a revoked key may still work.",
    default: 0,
  },
});

const ability = (summary: string): Property => ({ shape: { kind: "flag" }, summary });

const management = object({
  list: ability("It lists keys."),
  lookup: ability("It looks a key up by its SHA-256."),
  lastUse: ability("Its list shows when a key was last used."),
  permissions: ability("Its list shows a key's permissions."),
  restrictions: ability("Its list shows what else a key is bound to, such as addresses."),
  generations: ability("Its list shows a generation, and its rotate compares it with If-Match."),
  idempotencyKey: ability("Create and rotate with the same Idempotency-Key happen once."),
});

const hygiene = object({
  dormantAfterDays: { shape: integer(1, 3650) },
  rotateWithinHoursOfDeparture: { shape: integer(1, 8760) },
  oneStandardKeyPerTenant: { shape: { kind: "flag" } },
  neverLiveInDevelopment: { shape: { kind: "flag" }, default: true },
});

/** A provider that the user defines. */
export const providerShape: Shape = {
  kind: "object",
  oneOrMoreOf: ["formats", "patterns"],
  properties: {
    id: needed(kebabCase),
    name: { shape: text(/^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u, "1 to 64 visible characters") },
    formats: { shape: list(format, 1), summary: "What its keys look like: a prefix and a body." },
    patterns: { shape: list(keyPattern, 1), summary: "Its keys of several parts; these, formats or both." },
    publishedExamples: {
      shape: list(text(/^[0-9a-f]{64}$/u, "the SHA-256 of an example key")),
      summary: "SHA-256 of keys that its own documents print.",
    },
    variables: { shape: list(variable), summary: "Environment variables that hold its keys." },
    hosts: { shape: list(host), summary: "Hosts that its keys are sent to." },
    rotation: { shape: rotation, summary: "How its keys are replaced." },
    hygiene: { shape: hygiene, summary: "What it asks of those who hold its keys." },
    management: {
      shape: management,
      summary: "What its management API can do, where that is not what its dialect usually can.",
    },
    dialect: { shape: kebabCase, summary: "The dialect of its management API.", default: "standard" },
  },
};
