export { assertNoKey } from "./assert-no-key.ts";
export { startCoverage } from "./coverage.ts";
export type { Coverage, Executed } from "./coverage.ts";
export { makeClock } from "./clock.ts";
export type { TestClock } from "./clock.ts";
export { writeHistory } from "./history.ts";
export type { PlannedCommit } from "./history.ts";
export { makeKey } from "./key.ts";
export type { WantedKey } from "./key.ts";
export { isListed } from "./is-listed.ts";
export type { TestKeyQuery } from "./is-listed.ts";
export { inventoryNowMs, makeInventory, makeManagedKey, type TestManagedKey } from "./managed-key.ts";
export { makeOwnProvider, ownDefinition } from "./own-provider.ts";
export { makePatternKey, makePuttyFile, makeToken } from "./pattern-key.ts";
export { writePatternKey } from "./write-pattern-key.ts";
export { makeRandom } from "./random.ts";
export { makeRepository } from "./repository.ts";
export type { GitResult, RunOptions, TestRepository } from "./repository.ts";
export { schemaProblems } from "./schema-problems.ts";
export { sha256 } from "./sha256.ts";
export { paxRecord, tarOf, writeEntry } from "./tar.ts";
export type { WrittenEntry } from "./tar.ts";
export { makeTemporaryDirectory } from "./temporary-directory.ts";
export type { TemporaryDirectory } from "./temporary-directory.ts";
export { startGitHubEmulator } from "./github/start-github-emulator.ts";
export type {
  Disturbance,
  EmulatedAnnotation,
  EmulatedCheckRun,
  EmulatedIssue,
  EmulatedDelivery,
  EmulatedPullRequest,
  EmulatedRepository,
  Fault,
  GitHubEmulator,
  GitHubEmulatorOptions,
  NewPullRequest,
  NewRepository,
  RepositoryChange,
  SecondaryLimits,
  TransferFault,
} from "./github/emulator-contract.ts";
export { makeDatabaseWay, type DatabaseWay } from "./postgres/database-way.ts";
export { findPostgres } from "./postgres/find-postgres.ts";
export type { FoundPostgres } from "./postgres/find-postgres.ts";
export { startPostgres } from "./postgres/start-postgres.ts";
export type { TestPostgres, TestPostgresOptions } from "./postgres/start-postgres.ts";
export { writtenForms } from "./written-forms.ts";
export type { WrittenForm } from "./written-forms.ts";
