import type { FakeDelivery, FakeFacts } from "./fake-host.ts";
import { pullRef } from "./world.ts";
import type { Life } from "./world.ts";

export const repositoryId = 7;

const zeros = "0".repeat(40);

/** What GitHub tells when a ref has moved: of a push, or of the pull request whose head it is. */
export function tellMove({
  ref,
  before,
  after,
  atSeconds,
  facts: { name, owner, isPrivate, installationId },
}: {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly atSeconds: number;
  /** Of the repository, at that time. */
  readonly facts: FakeFacts;
}): Pick<FakeDelivery, "event" | "payload"> {
  const shared = { installation: { id: installationId } };
  const repository = { id: repositoryId, name, private: isPrivate };
  if (ref === pullRef)
    return {
      event: "pull_request",
      payload: {
        ...shared,
        ...(before === zeros ? { action: "opened" } : { action: "synchronize", before }),
        number: 1,
        pull_request: {
          updated_at: new Date(atSeconds * 1_000).toISOString(),
          head: { sha: after, repo: { id: repositoryId + 1 } },
          user: { login: "mallory" },
        },
        repository: { ...repository, owner: { login: owner } },
      },
    };
  return {
    event: "push",
    payload: {
      ...shared,
      ref,
      before,
      after,
      created: before === zeros,
      deleted: after === zeros,
      forced: false,
      repository: { ...repository, full_name: `${owner}/${name}`, pushed_at: atSeconds },
      pusher: { name: "ada" },
    },
  };
}

/** What GitHub tells of a repository that is made where the App is given all of them. */
export function tellMade(facts: FakeFacts, atSeconds: number): Pick<FakeDelivery, "event" | "payload"> {
  return tellRepository("created", facts, atSeconds, { created_at: timeOf(atSeconds) });
}

const timeOf = (atSeconds: number): string => new Date(atSeconds * 1_000).toISOString();

function tellRepository(
  action: string,
  { name, owner, isPrivate, installationId }: FakeFacts,
  atSeconds: number,
  more: Readonly<Record<string, string>> = {},
): Pick<FakeDelivery, "event" | "payload"> {
  return {
    event: "repository",
    payload: {
      action,
      installation: { id: installationId },
      repository: {
        id: repositoryId,
        name,
        private: isPrivate,
        owner: { login: owner },
        updated_at: timeOf(atSeconds),
        ...more,
      },
    },
  };
}

/** What GitHub tells when the repository or the App's place there has changed, from the facts of before and after. */
export function tellChange(
  life: Life,
  before: FakeFacts,
  after: FakeFacts,
  atSeconds: number,
): readonly Pick<FakeDelivery, "event" | "payload">[] {
  const installation = (action: string, id: number | null) =>
    ({ event: "installation", payload: { action, installation: { id } } }) as const;
  const repository = (action: string) => tellRepository(action, after, atSeconds);
  switch (life) {
    case "suspend":
    case "unsuspend":
      return [installation(life, after.installationId)];
    case "uninstall":
      return [installation("deleted", before.installationId)];
    case "install":
      return [installation("created", after.installationId)];
    case "transfer": {
      const removed = {
        action: "removed",
        installation: { id: before.installationId },
        repositories_removed: [{ id: repositoryId }],
      };
      return [{ event: "installation_repositories", payload: removed }, repository("transferred")];
    }
    case "delete":
      return [repository("deleted")];
    case "archive":
      return [repository("archived")];
    case "publicize":
    case "privatize":
    default:
      return [repository(`${life}d`)];
  }
}
