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
  const directory = join(state.directory, input.owner, `${input.name}.git`);
  const cloneUrl = `${state.url}/${fullName}.git`;
  const pushUrlFor = (user: string): string => {
    const url = new URL(cloneUrl);
    url.username = user;
    url.password = userTokenFor(state, user, stored);
    return url.href;
  };
  const stored: StoredRepository = {
    owner,
    createdAtMs: state.clock(),
    pushedAtMs: null,
    facts: {
      id: state.nextId(),
      owner: input.owner,
      name: input.name,
      fullName,
      directory,
      objectFormat,
      private: input.private ?? true,
      installationId: input.installed === false ? null : installationOf(state, owner),
      cloneUrl,
      get userToken() {
        return userTokenFor(state, `${input.owner}-admin`, stored);
      },
      pushUrlFor,
    },
  };
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

function installationOf(state: EmulatorState, account: Account): number {
  const known = [...state.installations.values()].find(
    (installation) => installation.account.id === account.id,
  );
  if (known !== undefined) return known.id;
  const id = state.installations.size === 0 ? state.firstInstallationId : state.nextId();
  state.installations.set(id, { id, account, createdAtMs: state.clock() });
  return id;
}
