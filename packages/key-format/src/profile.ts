import type { AlphabetName } from "./alphabet.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** What a key may do: `sk_` is secret, `pk_` publishable, `rk_` restricted in the built-in profiles. */
export type KeyKind = "secret" | "publishable" | "restricted";

/** The environment in Keywarden's words; the provider's own word is {@link KeyFormat.label}. */
export type Environment = "production" | "sandbox" | "development";

/** What follows the prefix (key-formats.md §3). */
export interface BodyRule {
  readonly alphabet: AlphabetName;
  /** Characters after the prefix, the checksum included; a range includes both ends. */
  readonly length: number | { readonly min: number; readonly max: number };
  /** Whether the owner's document states the length; an unstated one is Keywarden's reading and weighs less. */
  readonly stated: boolean;
  /** Characters that `generateKey` makes. */
  readonly issuedLength: number;
}

/** A checksum in the last characters of the body (key-formats.md §4). */
export interface ChecksumRule {
  readonly algorithm: "crc32-base62";
  readonly length: 6;
  /** The checksum's own characters are never covered. */
  readonly covers: "body" | "prefix-and-body";
}

/** How one sort of key of a provider is written. */
export interface KeyFormat {
  readonly prefix: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  /** The provider's own word for the environment: live, prod, test, sand, dev. */
  readonly label: string;
  readonly body: BodyRule;
  readonly checksum?: ChecksumRule;
}

/** How often and how the provider's document says that keys are replaced. */
export interface RotationFacts {
  /** `null` where the document names no interval. */
  readonly schedule: { readonly every: "days"; readonly days: number } | { readonly every: "quarter" } | null;
  /** Seconds in which the old and the new key are both valid; 0 where the document names none. */
  readonly graceSeconds: number;
  readonly procedure: "create-deploy-revoke" | "server-side";
}

/** What the provider's document asks of the people who hold its keys; `null` where it is silent. */
export interface HygieneFacts {
  readonly dormantAfterDays: number | null;
  readonly rotateWithinHoursOfDeparture: number | null;
  readonly oneStandardKeyPerTenant?: boolean;
  readonly neverLiveInDevelopment: boolean;
}

/** An environment variable in which the provider's users keep a key or a tenant. */
export interface ProviderVariable {
  readonly name: string;
  readonly holds: "key" | "tenant";
  /** How the value starts in each environment. */
  readonly prefixes?: Readonly<Partial<Record<Environment, string>>>;
}

/** A host where the provider's keys may be sent, or on which they are managed. */
export interface ProviderHost {
  readonly host: string;
  readonly purpose: "api" | "ingest" | "management" | "console";
  /** `null` when one host serves every environment. */
  readonly environment: Environment | null;
}

/** Everything that Keywarden knows of one provider. Nothing in the code asks for a provider by name. */
export interface ProviderProfile {
  /** Kebab-case; also the provider's base path on the key server. */
  readonly id: string;
  readonly name: string;
  readonly formats: readonly KeyFormat[];
  /** SHA-256 of keys that the provider's own document prints. */
  readonly publishedExamples: readonly Fingerprint[];
  readonly variables: readonly ProviderVariable[];
  readonly hosts: readonly ProviderHost[];
  readonly rotation: RotationFacts;
  readonly hygiene: HygieneFacts;
  /** The management dialect that the provider's API speaks. */
  readonly dialect: string;
}
