import { rm } from "node:fs/promises";
import type { EmulatedRepository, RepositoryChange } from "../emulator-contract.ts";
import { alterFacts, moveRepository, requireRepository } from "../repositories.ts";
import { accountShape, organizationShape } from "../shapes/account-shape.ts";
import { accountOf } from "../state.ts";
import type { EmulatorState, StoredRepository } from "../state.ts";
import { announceInRepository } from "../webhooks/announce.ts";
import { setInstalled, tellOfRepositories } from "./change-installation.ts";

/** Tells the app of a new repository, as GitHub does where the app is given all repositories. */
export async function announceCreation(state: EmulatorState, repository: StoredRepository): Promise<void> {
  const { installationId } = repository.facts;
  const installation = installationId === null ? undefined : state.installations.get(installationId);
  if (installation === undefined) return;
  await announceInRepository(state, repository, "repository", { action: "created" });
  tellOfRepositories(state, installation, "added", repository);
}

/** Changes a repository, one thing after another, with an event for each. */
export async function changeRepository(
  state: EmulatorState,
  fullName: string,
  change: RepositoryChange,
): Promise<EmulatedRepository> {
  const repository = requireRepository(state, fullName);
  const tell = async (event: string, payload: Readonly<Record<string, unknown>>): Promise<void> => {
    if (change.silently !== true) await announceInRepository(state, repository, event, payload);
  };
  const { name, owner, private: isPrivate, archived, installed, deleted } = change;
  const before = repository.facts;
  repository.changedAtMs = state.clock();
  if (name !== undefined && name !== before.name) {
    moveRepository(state, repository, { name });
    await tell("repository", { action: "renamed", changes: { repository: { name: { from: before.name } } } });
  }
  if (owner !== undefined && owner !== before.owner) await transfer(state, repository, owner, change);
  if (isPrivate !== undefined && isPrivate !== before.private) {
    alterFacts(state, repository, { private: isPrivate });
    await tell("repository", { action: isPrivate ? "privatized" : "publicized" });
    if (!isPrivate) await tell("public", {});
  }
  if (archived !== undefined && archived !== repository.isArchived) {
    repository.isArchived = archived;
    await tell("repository", { action: archived ? "archived" : "unarchived" });
  }
  if (installed !== undefined) setInstalled(state, repository, installed);
  if (deleted === true) {
    await tell("repository", { action: "deleted" });
    state.repositories.delete(repository.facts.fullName.toLowerCase());
    await rm(repository.facts.directory, { recursive: true, force: true });
  }
  return repository.facts;
}

// The account that loses it hears that its installation does no longer cover it; the one that gains it, of the transfer.
async function transfer(
  state: EmulatorState,
  repository: StoredRepository,
  owner: string,
  { silently }: RepositoryChange,
): Promise<void> {
  const { facts, owner: former } = repository;
  const left = facts.installationId === null ? undefined : state.installations.get(facts.installationId);
  const gained = [...state.installations.values()].find(
    ({ account }) => account.id === accountOf(state, owner, "Organization").id,
  );
  moveRepository(state, repository, { owner });
  alterFacts(state, repository, { installationId: gained?.id ?? null });
  if (silently === true) return;
  if (left !== undefined) tellOfRepositories(state, left, "removed", repository);
  const { login, id, node_id, url, repos_url, avatar_url } = accountShape(former, state.url);
  const organization = {
    ...organizationShape(former, state.url),
    login,
    id,
    node_id,
    url,
    repos_url,
    avatar_url,
  };
  await announceInRepository(state, repository, "repository", {
    action: "transferred",
    changes: { owner: { from: { organization } } },
  });
}
