import { GitHubEmulatorError } from "../emulator-error.ts";
import { alterFacts, installationOf, repositoriesOf } from "../repositories.ts";
import { accountOf } from "../state.ts";
import type { EmulatorState, Installation, StoredRepository } from "../state.ts";
import { announceInstallation, listedRepositoryShape } from "../webhooks/announce.ts";

/** Installs the app at an account, for all repositories that are there, and tells it. */
export function install(state: EmulatorState, owner: string): number {
  const account = accountOf(state, owner, "Organization");
  const installation = installationOf(state, account);
  for (const repository of state.repositories.values())
    if (repository.owner.id === account.id)
      alterFacts(state, repository, { installationId: installation.id });
  const repositories = repositoriesOf(state, installation.id).map(listedRepositoryShape);
  announceInstallation(state, installation, "installation", { action: "created", repositories });
  return installation.id;
}

/** Ends or interrupts an installation, or lets it go on, and tells the app. */
export function changeInstallation(
  state: EmulatorState,
  installationId: number,
  change: "suspend" | "unsuspend" | "delete",
): void {
  const installation = requireInstallation(state, installationId);
  const covered = repositoriesOf(state, installationId);
  const repositories = covered.map(listedRepositoryShape);
  if (change !== "delete") {
    installation.suspendedAtMs = change === "suspend" ? state.clock() : null;
    announceInstallation(state, installation, "installation", { action: change, repositories });
    return;
  }
  for (const repository of covered) alterFacts(state, repository, { installationId: null });
  state.installations.delete(installationId);
  for (const [text, token] of state.installationTokens)
    if (token.installationId === installationId) state.installationTokens.delete(text);
  announceInstallation(state, installation, "installation", { action: "deleted", repositories });
}

/** Gives a repository to the installation of its owner or takes it away, and tells the app. */
export function setInstalled(state: EmulatorState, repository: StoredRepository, isInstalled: boolean): void {
  const before = repository.facts.installationId;
  if ((before !== null) === isInstalled) return;
  const installation =
    before === null ? installationOf(state, repository.owner) : requireInstallation(state, before);
  alterFacts(state, repository, { installationId: isInstalled ? installation.id : null });
  tellOfRepositories(state, installation, isInstalled ? "added" : "removed", repository);
}

export function tellOfRepositories(
  state: EmulatorState,
  installation: Installation,
  action: "added" | "removed",
  repository: StoredRepository,
): void {
  const listed = [listedRepositoryShape(repository)];
  announceInstallation(state, installation, "installation_repositories", {
    action,
    repository_selection: "selected",
    repositories_added: action === "added" ? listed : [],
    repositories_removed: action === "removed" ? listed : [],
    requester: null,
  });
}

function requireInstallation(state: EmulatorState, id: number): Installation {
  const installation = state.installations.get(id);
  if (installation === undefined)
    throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no installation ${id}`);
  return installation;
}
