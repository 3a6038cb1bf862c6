import type { KeyObject } from "node:crypto";
import type {
  EmulatedAnnotation,
  EmulatedCheckRun,
  EmulatedDelivery,
  EmulatedRepository,
} from "./emulator-contract.ts";
import type { Fault } from "./emulator-contract.ts";
import type { PendingWork } from "./webhooks/pending-work.ts";
import type { Permissions } from "./access/permissions.ts";

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  readonly createdAtMs: number;
}

export interface StoredRepository {
  facts: EmulatedRepository;
  readonly owner: Account;
  readonly createdAtMs: number;
  pushedAtMs: number | null;
}

export interface InstallationToken {
  readonly installationId: number;
  readonly permissions: Permissions;
  /** Null: every repository of the installation. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly expiresAtMs: number;
}

export interface UserToken {
  readonly user: Account;
  readonly repositoryIds: Set<number>;
}

export interface StoredCheckRun extends EmulatedCheckRun {
  readonly suiteId: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly annotations: EmulatedAnnotation[];
}

/** The Actions secrets of one repository or environment, and the key pair that they are sealed for. */
export interface SecretVault {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  /** By name; as text, which is what a workflow would see. */
  readonly secrets: Map<string, string>;
}

interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly hookId: number;
  readonly createdAtMs: number;
  readonly owner: Account;
  readonly publicKey: KeyObject;
  readonly privateKeyPem: string;
}

/** All that the emulated GitHub knows; plain data, changed only by routes, pushes and deliveries. */
export interface EmulatorState {
  /** Known once the server listens. */
  url: string;
  webhookUrl: string | null;
  readonly app: App;
  readonly firstInstallationId: number;
  readonly directory: string;
  readonly webhookSecret: string;
  readonly deliveryTimeoutMs: number;
  readonly clock: () => number;
  /** By lower-case login. */
  readonly accounts: Map<string, Account>;
  readonly installations: Map<number, Installation>;
  /** Where a renamed repository is now, by its lower-case former name. */
  readonly moved: Map<string, string>;
  /** By lower-case `owner/name`. */
  readonly repositories: Map<string, StoredRepository>;
  readonly installationTokens: Map<string, InstallationToken>;
  readonly userTokens: Map<string, UserToken>;
  readonly checkRuns: Map<number, StoredCheckRun>;
  /** By lower-case `owner/name` or `owner/name/environment`. */
  readonly secretVaults: Map<string, SecretVault>;
  readonly deliveries: EmulatedDelivery[];
  readonly violations: string[];
  readonly faults: (Fault & { remaining: number })[];
  /** Requests in the current hour, by whom the limit counts. */
  readonly rates: Map<string, { used: number; resetAtMs: number }>;
  readonly pending: PendingWork;
  /** Aborted when the emulator closes: a receiver that never answers must not hold it up. */
  readonly closing: AbortController;
  nextId(): number;
}

export function accountOf(state: EmulatorState, login: string, type: Account["type"]): Account {
  const key = login.toLowerCase();
  const account = state.accounts.get(key) ?? { id: state.nextId(), login, type };
  state.accounts.set(key, account);
  return account;
}

/** Dates as GitHub writes them: whole seconds, UTC. */
export function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/u, "Z");
}
