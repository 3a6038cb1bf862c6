import { existsSync } from "node:fs";
import { join } from "node:path";
import { initialiseBareRepository } from "./git/bare-repository.ts";
import type { EmulatedRepository, NewRepository } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { accountOf } from "./state.ts";
import type { GitHubAccount, EmulatorState, Installation, StoredRepository } from "./state.ts";
import { userTokenFor } from "./access/tokens.ts";

type AlterableFacts = Pick<EmulatedRepository, "owner" | "name" | "private" | "installationId">;

const acceptableName = /^(?!\.{1,2}$)[\w.-]{1,100}$/u;

/** Creates an empty repository; its owner becomes an organisation, and the app is installed there on first use. */
export async function createRepository(
  state: EmulatorState,
  input: NewRepository,
  parentId: number | null = null,
): Promise<StoredRepository> {
  const fullName = `${input.owner}/${input.name}`;
  assertName(input.owner, input.name);
  if (state.repositories.has(fullName.toLowerCase())) {
    throw new GitHubEmulatorError("EMULATOR_REPOSITORY", `${fullName} exists already`);
  }
  const owner = accountOf(state, input.owner, "Organization");
  const objectFormat = input.objectFormat ?? "sha1";
  const installationId = input.installed === false ? null : installationOf(state, owner).id;
  const id = state.nextId();
  const named = join(state.directory, input.owner, input.name);
  const facts = makeFacts(state, () => stored, {
    id,
    // One that had the name before has the folder, as long as it is there.
    directory: existsSync(`${named}.git`) ? `${named}-${id}.git` : `${named}.git`,
    owner: input.owner,
    name: input.name,
    objectFormat,
    private: input.private ?? true,
    installationId,
  });
  const stored: StoredRepository = {
    owner,
    parentId,
    createdAtMs: state.clock(),
    pushedAtMs: null,
    changedAtMs: state.clock(),
    isArchived: false,
    replica: null,
    facts,
  };
  const { directory } = facts;
  // Taken before git runs, so that two requests for one name cannot both succeed.
  state.repositories.set(fullName.toLowerCase(), stored);
  try {
    await initialiseBareRepository(directory, objectFormat);
  } catch (cause) {
    state.repositories.delete(fullName.toLowerCase());
    throw cause;
  }
  return stored;
}

/** Replaces some of the facts of a repository. */
export function alterFacts(
  state: EmulatorState,
  repository: StoredRepository,
  altered: Partial<AlterableFacts>,
): void {
  repository.facts = makeFacts(state, () => repository, { ...repository.facts, ...altered });
}

/**
 * Moves a repository to another name or account; it is found by its former name until that is taken again. Its folder stays,
 * as git may be at work in it.
 */
export function moveRepository(
  state: EmulatorState,
  repository: StoredRepository,
  { owner = repository.facts.owner, name = repository.facts.name },
): void {
  const before = repository.facts;
  const fullName = `${owner}/${name}`.toLowerCase();
  assertName(owner, name);
  if (state.repositories.has(fullName) && fullName !== before.fullName.toLowerCase())
    throw new GitHubEmulatorError("EMULATOR_REPOSITORY", `${owner}/${name} exists already`);
  repository.owner = accountOf(state, owner, "Organization");
  alterFacts(state, repository, { owner, name });
  state.repositories.delete(before.fullName.toLowerCase());
  state.repositories.set(fullName, repository);
  state.moved.set(before.fullName.toLowerCase(), before.id);
}

/** Finds a repository by the name it has. @throws {@link GitHubEmulatorError} EMULATOR_NOT_FOUND */
export function requireRepository(state: EmulatorState, fullName: string): StoredRepository {
  const stored = state.repositories.get(fullName.toLowerCase());
  if (stored === undefined)
    throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no repository ${fullName}`);
  return stored;
}

/** Tells what belongs to a repository by the name that it has now, or that it had when it was deleted. */
export function makeBelongsTo(
  state: EmulatorState,
  fullName: string,
): (one: { readonly repository: string; readonly repositoryId: number }) => boolean {
  const name = fullName.toLowerCase();
  const id = state.repositories.get(name)?.facts.id;
  return ({ repository, repositoryId }) =>
    id === undefined ? repository.toLowerCase() === name : repositoryId === id;
}

export function repositoryById(state: EmulatorState, id: number): StoredRepository | undefined {
  return [...state.repositories.values()].find(({ facts }) => facts.id === id);
}

/** Where a repository is now that had this name and has another one; null when it is not known to have moved. */
export function findMoved(state: EmulatorState, fullName: string): StoredRepository | null {
  const name = fullName.toLowerCase();
  const id = state.repositories.has(name) ? undefined : state.moved.get(name);
  return id === undefined ? null : (repositoryById(state, id) ?? null);
}

/** What an installation covers. */
export function repositoriesOf(state: EmulatorState, installationId: number): readonly StoredRepository[] {
  return [...state.repositories.values()].filter(({ facts }) => facts.installationId === installationId);
}

function assertName(owner: string, name: string): void {
  if (!acceptableName.test(owner) || !acceptableName.test(name) || name.endsWith(".git"))
    throw new GitHubEmulatorError(
      "EMULATOR_REPOSITORY",
      `${owner}/${name} is not a name that GitHub accepts`,
    );
}

function makeFacts(
  state: EmulatorState,
  stored: () => StoredRepository,
  given: AlterableFacts & Pick<EmulatedRepository, "id" | "directory" | "objectFormat">,
): EmulatedRepository {
  const { id, directory, owner, name, objectFormat, installationId } = given;
  const fullName = `${owner}/${name}`;
  const cloneUrl = `${state.url}/${fullName}.git`;
  return {
    id,
    owner,
    name,
    fullName,
    directory,
    objectFormat,
    private: given.private,
    installationId,
    cloneUrl,
    get userToken() {
      return userTokenFor(state, `${owner}-admin`, stored());
    },
    pushUrlFor(user) {
      const url = new URL(cloneUrl);
      url.username = user;
      url.password = userTokenFor(state, user, stored());
      return url.href;
    },
  };
}

/** The installation of an account, made on first use. */
export function installationOf(state: EmulatorState, account: GitHubAccount): Installation {
  const known = [...state.installations.values()].find(
    (installation) => installation.account.id === account.id,
  );
  if (known !== undefined) return known;
  const id = state.wasInstalled ? state.nextId() : state.firstInstallationId;
  state.wasInstalled = true;
  const installation = { id, account, createdAtMs: state.clock(), suspendedAtMs: null };
  state.installations.set(id, installation);
  return installation;
}
