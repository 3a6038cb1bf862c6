import type { KeyObject } from "node:crypto";
import type {
  Disturbance,
  EmulatedAnnotation,
  EmulatedCheckRun,
  EmulatedDelivery,
  EmulatedIssue,
  EmulatedPullRequest,
  EmulatedRepository,
  Fault,
  SecondaryLimits,
  TransferFault,
} from "./emulator-contract.ts";
import type { Outgoing } from "./webhooks/outgoing.ts";
import type { PendingWork } from "./webhooks/pending-work.ts";
import type { Permissions } from "./access/permissions.ts";

export interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

export interface Installation {
  readonly id: number;
  readonly account: GitHubAccount;
  readonly createdAtMs: number;
  /** Null while it is not suspended. */
  suspendedAtMs: number | null;
}

export interface StoredRepository {
  facts: EmulatedRepository;
  owner: GitHubAccount;
  readonly createdAtMs: number;
  pushedAtMs: number | null;
  /** When its name, owner or settings were changed last. */
  changedAtMs: number;
  /** The repository that this one is a fork of; null when it is none. */
  readonly parentId: number | null;
  isArchived: boolean;
  /** What readers see while the replicas lag: a copy of the repository as it was; null while they are up to date. */
  replica: string | null;
}

export interface StoredPullRequest extends EmulatedPullRequest {
  readonly id: number;
  readonly author: GitHubAccount;
  readonly createdAtMs: number;
  readonly headRepositoryId: number;
  /** Short name of the branch in the head repository. */
  readonly headBranch: string;
  head: string;
  state: "open" | "closed";
}

export interface InstallationToken {
  readonly installationId: number;
  readonly permissions: Permissions;
  /** Null: every repository of the installation. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly expiresAtMs: number;
}

export interface UserToken {
  readonly user: GitHubAccount;
  readonly repositoryIds: Set<number>;
}

export interface StoredCheckRun extends EmulatedCheckRun {
  readonly suiteId: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly annotations: EmulatedAnnotation[];
}

export interface StoredIssue extends EmulatedIssue {
  readonly id: number;
  readonly repositoryId: number;
  readonly author: GitHubAccount;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly closedAtMs: number | null;
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
  readonly owner: GitHubAccount;
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
  /** Whether the first installation's id is taken. */
  wasInstalled: boolean;
  readonly directory: string;
  readonly webhookSecret: string;
  readonly deliveryTimeoutMs: number;
  readonly clock: () => number;
  /** By lower-case login. */
  readonly accounts: Map<string, GitHubAccount>;
  readonly installations: Map<number, Installation>;
  /** The id of a repository that was renamed or transferred, by its lower-case former name. */
  readonly moved: Map<string, number>;
  /** By lower-case `owner/name`. */
  readonly repositories: Map<string, StoredRepository>;
  readonly installationTokens: Map<string, InstallationToken>;
  readonly userTokens: Map<string, UserToken>;
  readonly checkRuns: Map<number, StoredCheckRun>;
  /** By id. */
  readonly issues: Map<number, StoredIssue>;
  /** By lower-case `owner/name` or `owner/name/environment`. */
  readonly secretVaults: Map<string, SecretVault>;
  /** By id. */
  readonly pullRequests: Map<number, StoredPullRequest>;
  readonly deliveries: EmulatedDelivery[];
  readonly disturbances: (Disturbance & { remaining: number })[];
  /** Deliveries that wait to be released, in the order in which they were made. */
  readonly held: Outgoing[];
  readonly transferFaults: (TransferFault & { remaining: number })[];
  secondaryLimits: SecondaryLimits | null;
  /** When each installation created content, oldest first, as far as limits look back. */
  readonly creations: Map<number, number[]>;
  readonly violations: string[];
  readonly faults: (Fault & { remaining: number })[];
  /** Requests in the current hour, by whom the limit counts. */
  readonly rates: Map<string, { used: number; resetAtMs: number }>;
  readonly pending: PendingWork;
  /** Aborted when the emulator closes: a receiver that never answers must not hold it up. */
  readonly closing: AbortController;
  nextId(): number;
}

export function accountOf(state: EmulatorState, login: string, type: GitHubAccount["type"]): GitHubAccount {
  const key = login.toLowerCase();
  const account = state.accounts.get(key) ?? { id: state.nextId(), login, type };
  state.accounts.set(key, account);
  return account;
}

/** Dates as GitHub writes them: whole seconds, UTC. */
export function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/u, "Z");
}
