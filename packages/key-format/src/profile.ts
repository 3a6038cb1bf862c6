import type { AlphabetName } from "./alphabet.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Environment, KeyKind } from "./key-kind.ts";
import type { KeyPattern } from "./pattern/key-pattern.ts";

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
  /** Seconds during which the old and the new key are both valid; 0 if none are stated. */
  readonly graceSeconds: number;
  readonly procedure: "create-deploy-revoke" | "server-side";
  /** What begins the grace period; the rotation unless the document says that it is the new key's first use. */
  readonly graceFrom?: "rotation" | "first-use";
  /** How many secrets of one key, or keys for one purpose, may work at a time; absent means two wherever they overlap at all. */
  readonly maxLiveSecrets?: number;
  /** Seconds during which a revoked key may still work; absent means none. */
  readonly revocationDelaySeconds?: number;
}

/** What a provider's management API can do where it differs from what its dialect usually can; absent members do not differ. */
export interface ManagementFacts {
  /** Whether it lists keys. */
  readonly list?: boolean;
  /** Whether it looks a key up by its SHA-256. */
  readonly lookup?: boolean;
  /** Whether its list shows when a key was last used. */
  readonly lastUse?: boolean;
  /** Whether its list shows a key's permissions, if its keys have any. */
  readonly permissions?: boolean;
  /** Whether its list shows what else a key is bound to, such as addresses. */
  readonly restrictions?: boolean;
  /** Whether its list shows how often a key was rotated, and its rotate compares that with `If-Match`. */
  readonly generations?: boolean;
  /** Whether create and rotate with the same `Idempotency-Key` happen once. */
  readonly idempotencyKey?: boolean;
}

/** What the provider's document asks of the people who hold its keys; `null` where it is silent. */
export interface HygieneFacts {
  readonly dormantAfterDays: number | null;
  readonly rotateWithinHoursOfDeparture: number | null;
  readonly oneStandardKeyPerTenant?: boolean;
  readonly neverLiveInDevelopment: boolean;
}

/** An environment variable that holds a key or a tenant of the provider. */
export interface ProviderVariable {
  readonly name: string;
  readonly holds: "key" | "tenant";
  /** How the value starts in each environment. */
  readonly prefixes?: Readonly<Partial<Record<Environment, string>>>;
}

/** A host that the provider's keys may be sent to, or that manages them. */
export interface ProviderHost {
  readonly host: string;
  readonly purpose: "api" | "ingest" | "management" | "console";
  /** `null` when one host serves every environment. */
  readonly environment: Environment | null;
}

/** What Keywarden needs to find a provider's keys. Nothing in the code asks for a provider by name. */
export interface ProviderProfile {
  /** Kebab-case. */
  readonly id: string;
  readonly name: string;
  readonly formats: readonly KeyFormat[];
  /** Sorts of key that are more than a prefix and a body; absent: none. */
  readonly patterns?: readonly KeyPattern[];
  /** SHA-256 of keys that the provider's own document prints. */
  readonly publishedExamples: readonly Fingerprint[];
  readonly variables: readonly ProviderVariable[];
  readonly hosts: readonly ProviderHost[];
  /** The dialect in which its keys are looked up and revoked; absent where no API is known to. */
  readonly dialect?: string;
  /** Its field in the catalogue, such as `payments`; absent where it is not from there. */
  readonly field?: string;
}

/** A provider whose keys are listed, rotated and held to rules, not only found; its id is its base path on the key server. */
export interface ManagedProvider extends ProviderProfile {
  readonly rotation: RotationFacts;
  readonly hygiene: HygieneFacts;
  readonly management?: ManagementFacts;
  /** The dialect of the provider's management API. */
  readonly dialect: string;
}
