import { renameSync } from "node:fs";
import { join } from "node:path";
import { initialiseBareRepository } from "./git/bare-repository.ts";
import type { EmulatedRepository, NewRepository } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { accountOf } from "./state.ts";
import type { Account, EmulatorState, StoredRepository } from "./state.ts";
import { userTokenFor } from "./access/tokens.ts";

const acceptableName = /^(?!\.{1,2}$)[\w.-]{1,100}$/u;

/** Creates an empty repository; its owner becomes an organisation, and the app is installed there on first use. */
export async function createRepository(
  state: EmulatorState,
  input: NewRepository,
): Promise<EmulatedRepository> {
  const fullName = `${input.owner}/${input.name}`;
  if (!acceptableName.test(input.owner) || !acceptableName.test(input.name) || input.name.endsWith(".git")) {
    throw new GitHubEmulatorError("EMULATOR_REPOSITORY", `${fullName} is not a name that GitHub accepts`);
  }
  if (state.repositories.has(fullName.toLowerCase())) {
    throw new GitHubEmulatorError("EMULATOR_REPOSITORY", `${fullName} exists already`);
  }
  const owner = accountOf(state, input.owner, "Organization");
  const objectFormat = input.objectFormat ?? "sha1";
  const installationId = input.installed === false ? null : installationOf(state, owner);
  const id = state.nextId();
  const facts = makeFacts(state, () => stored, {
    id,
    owner: input.owner,
    name: input.name,
    objectFormat,
    private: input.private ?? true,
    installationId,
  });
  const stored: StoredRepository = { owner, createdAtMs: state.clock(), pushedAtMs: null, facts };
  const { directory } = facts;
  // Taken before git runs, so that two requests for one name cannot both succeed.
  state.repositories.set(fullName.toLowerCase(), stored);
  try {
    await initialiseBareRepository(directory, objectFormat);
  } catch (cause) {
    state.repositories.delete(fullName.toLowerCase());
    throw cause;
  }
  return stored.facts;
}

/** Renames a repository; git is sent on from its former name, as GitHub does until that is taken again. */
export function renameRepository(state: EmulatorState, fullName: string, name: string): EmulatedRepository {
  const stored = state.repositories.get(fullName.toLowerCase());
  if (stored === undefined || !acceptableName.test(name))
    throw new GitHubEmulatorError("EMULATOR_REPOSITORY", `cannot rename ${fullName} to ${name}`);
  const before = stored.facts;
  stored.facts = makeFacts(state, () => stored, { ...before, name });
  renameSync(before.directory, stored.facts.directory);
  state.repositories.delete(fullName.toLowerCase());
  state.repositories.set(stored.facts.fullName.toLowerCase(), stored);
  state.moved.set(fullName.toLowerCase(), stored.facts.fullName);
  return stored.facts;
}

function makeFacts(
  state: EmulatorState,
  stored: () => StoredRepository,
  given: Pick<EmulatedRepository, "id" | "owner" | "name" | "objectFormat" | "private" | "installationId">,
): EmulatedRepository {
  const { id, owner, name, objectFormat, installationId } = given;
  const fullName = `${owner}/${name}`;
  const cloneUrl = `${state.url}/${fullName}.git`;
  return {
    id,
    owner,
    name,
    fullName,
    directory: join(state.directory, owner, `${name}.git`),
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

function installationOf(state: EmulatorState, account: Account): number {
  const known = [...state.installations.values()].find(
    (installation) => installation.account.id === account.id,
  );
  if (known !== undefined) return known.id;
  const id = state.installations.size === 0 ? state.firstInstallationId : state.nextId();
  state.installations.set(id, { id, account, createdAtMs: state.clock() });
  return id;
}
