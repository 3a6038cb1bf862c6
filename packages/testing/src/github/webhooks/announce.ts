import { accountShape, nodeId, organizationShape } from "../shapes/account-shape.ts";
import { installationShape } from "../shapes/app-shape.ts";
import { repositoryShape } from "../shapes/repository-shape.ts";
import { accountOf } from "../state.ts";
import type { GitHubAccount, EmulatorState, Installation, StoredRepository } from "../state.ts";
import { emitEvent } from "./emit-event.ts";

type Payload = Readonly<Record<string, unknown>>;

/** The installation that is told about a repository; null without one and while it is suspended. */
export function listeningInstallation(state: EmulatorState, { facts }: StoredRepository): number | null {
  const installation =
    facts.installationId === null ? undefined : state.installations.get(facts.installationId);
  return installation === undefined || installation.suspendedAtMs !== null ? null : installation.id;
}

/** Sends an event about a repository to whoever listens there. */
export async function announceInRepository(
  state: EmulatorState,
  repository: StoredRepository,
  event: string,
  { sender = ownerOf(state, repository.owner), ...payload }: Payload & { readonly sender?: GitHubAccount },
): Promise<void> {
  const id = listeningInstallation(state, repository);
  if (id === null) return;
  const whole = {
    ...payload,
    repository: await repositoryShape(repository, state.url),
    organization: organizationShape(repository.owner, state.url),
    sender: accountShape(sender, state.url),
    installation: { id, node_id: nodeId("IntegrationInstallation", id) },
  };
  state.pending.add(emitEvent(state, event, whole));
}

/** Sends an event about an installation; GitHub sends these whatever the app subscribes to. */
export function announceInstallation(
  state: EmulatorState,
  installation: Installation,
  event: "installation" | "installation_repositories",
  payload: Payload,
): void {
  const sender = accountShape(ownerOf(state, installation.account), state.url);
  const whole = { ...payload, installation: installationShape(state, installation), sender };
  state.pending.add(emitEvent(state, event, whole));
}

/** A repository as the events of installations list it. */
export function listedRepositoryShape({ facts }: StoredRepository): Payload {
  const { id, name, fullName, private: isPrivate } = facts;
  return { id, node_id: nodeId("Repository", id), name, full_name: fullName, private: isPrivate };
}

function ownerOf(state: EmulatorState, account: GitHubAccount): GitHubAccount {
  return accountOf(state, `${account.login}-admin`, "User");
}
