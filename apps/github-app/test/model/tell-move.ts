import type { FakeDelivery } from "./fake-host.ts";
import { pullRef } from "./world.ts";

export const repositoryId = 7;

const zeros = "0".repeat(40);

/** What GitHub tells when a ref has moved: of a push, or of the pull request whose head it is. */
export function tellMove({
  ref,
  before,
  after,
  atSeconds,
  name,
}: {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly atSeconds: number;
  /** Of the repository, at that time. */
  readonly name: string;
}): Pick<FakeDelivery, "event" | "payload"> {
  const shared = { installation: { id: 1 } };
  const repository = { id: repositoryId, name, private: true };
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
        repository: { ...repository, owner: { login: "acme" } },
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
      repository: { ...repository, full_name: `acme/${name}`, pushed_at: atSeconds },
      pusher: { name: "ada" },
    },
  };
}
