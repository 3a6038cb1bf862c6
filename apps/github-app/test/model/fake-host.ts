import { GitError } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { Octokit } from "@octokit/rest";
import type { GitHub } from "../../src/github/github.ts";
import type { RepositoryAddress } from "../../src/repositories/repository-address.ts";
import type { Remotes } from "../../src/repositories/remotes.ts";
import { AppError } from "../../src/app-error.ts";
import type { Fuse } from "./fuse.ts";
import { makeNoteArrivals } from "./note-arrivals.ts";
import { repositoryId } from "./tell-move.ts";
import type { Life } from "./world.ts";

export interface FakeCheckRun {
  readonly id: number;
  readonly head_sha: string;
  readonly external_id: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  readonly annotations: { readonly path: string; readonly title: string }[];
}

export interface FakeDelivery {
  readonly guid: string;
  readonly event: "push" | "pull_request" | "repository" | "installation" | "installation_repositories";
  readonly payload: unknown;
  /** Until then it is on its way: GitHub lists attempts that were made. */
  listedFromMs: number;
}

/** A host of one repository without a network: refs over real git objects, and check runs behind the real client. */
export interface FakeHost {
  readonly refs: ReadonlyMap<string, string>;
  /** Moves a ref, or takes it away. */
  move(ref: string, to: string | null): void;
  /** What the repository is called now, whose it is, and who can read it. */
  readonly facts: FakeFacts;
  /** Changes the repository, or the App's place there. */
  change(life: Life): void;
  /** Gives it another name: git is sent on from the ones before, and checks are answered there. */
  rename(): void;
  /** Whether readers see the refs and objects as they were when this was set. */
  setLagging(isLagging: boolean): void;
  readonly runs: readonly FakeCheckRun[];
  readonly remotes: Remotes;
  readonly github: Pick<
    GitHub,
    | "host"
    | "checksClient"
    | "findNewName"
    | "listDeliveries"
    | "readDelivery"
    | "findInstallation"
    | "listInstallations"
    | "findRepository"
    | "listRepositories"
  >;
  /** Every push that was delivered, tried to be or is on its way, the oldest first. */
  readonly deliveries: FakeDelivery[];
}

export interface FakeFacts {
  readonly name: string;
  readonly owner: string;
  readonly isPrivate: boolean;
  /** `null` while the App is not installed. */
  readonly installationId: number | null;
  readonly isSuspended: boolean;
  readonly isDeleted: boolean;
}

/** What the repository is at first. */
export const firstFacts: FakeFacts = {
  name: "shop",
  owner: "acme",
  isPrivate: true,
  installationId: 1,
  isSuspended: false,
  isDeleted: false,
};

export function makeFakeHost(
  mirror: Repository,
  fuse: Fuse,
  clock: () => number,
  notesArrivals: boolean,
): FakeHost {
  const refs = new Map<string, string>();
  let renames = 0;
  let installations = 1;
  let facts = firstFacts;
  const barred = (installationId: number): AppError | null => {
    if (facts.installationId !== installationId || facts.isDeleted)
      return new AppError("GITHUB_NOT_FOUND", "this installation does not have the repository");
    return facts.isSuspended ? new AppError("GITHUB_FORBIDDEN", "the installation is suspended") : null;
  };
  const listed = () => ({
    id: repositoryId,
    name: facts.name,
    owner: facts.owner,
    isPrivate: facts.isPrivate,
  });
  let replica: { readonly refs: ReadonlyMap<string, string>; readonly ids: ReadonlySet<string> } | null =
    null;
  const read = <T>({ name, owner, installationId }: RepositoryAddress, answer: () => Promise<T>) =>
    fuse.pass(() => {
      const refusal = barred(installationId);
      if (refusal !== null) return Promise.reject(refusal);
      return name === facts.name && owner === facts.owner
        ? answer()
        : Promise.reject(new GitError("GIT_UNREACHABLE", "The requested URL returned error: 301"));
    });
  const runs: FakeCheckRun[] = [];
  const everPushed = new Set<string>();
  const noteArrivals = notesArrivals ? makeNoteArrivals(mirror) : null;
  const deliveries: FakeDelivery[] = [];
  return {
    deliveries,
    refs,
    move(ref, to) {
      if (to === null) refs.delete(ref);
      else {
        refs.set(ref, to);
        everPushed.add(to);
      }
    },
    get facts() {
      return facts;
    },
    rename() {
      renames += 1;
      facts = { ...facts, name: `shop-${renames}` };
    },
    change(life) {
      const next = { ...facts };
      if (life === "suspend" || life === "unsuspend") next.isSuspended = life === "suspend";
      if (life === "publicize" || life === "privatize") next.isPrivate = life === "privatize";
      if (life === "delete") next.isDeleted = true;
      if (life === "uninstall") next.installationId = null;
      if (life === "transfer") next.owner = facts.owner === "acme" ? "umbrella" : "acme";
      // Each account has an installation of its own, and one that is made again is another.
      if (life === "install" || life === "transfer") next.installationId = installations += 1;
      facts = next;
    },
    setLagging(isLagging) {
      if (!isLagging) replica = null;
      else replica ??= { refs: new Map(refs), ids: new Set(everPushed) };
    },
    runs,
    remotes: {
      listRefs: (address) =>
        read(address, () =>
          Promise.resolve([...(replica?.refs ?? refs)].map(([ref, id]) => ({ name: ref, id }))),
        ),
      remove: () => Promise.resolve(),
      fetch: (address, want) =>
        read(address, () => {
          if (want.every((id) => (replica?.ids ?? everPushed).has(id)))
            return noteArrivals?.(everPushed) ?? Promise.resolve(mirror);
          return Promise.reject(new GitError("GIT_OBJECT_MISSING", "the host does not have it"));
        }),
    },
    github: {
      host: "github.test",
      findNewName: () => fuse.pass(() => Promise.resolve({ owner: facts.owner, name: facts.name })),
      findInstallation: (id) =>
        fuse.pass(() =>
          Promise.resolve(id === facts.installationId ? { id, isSuspended: facts.isSuspended } : null),
        ),
      async *listInstallations() {
        await fuse.pass(() => Promise.resolve());
        const { installationId: id, isSuspended } = facts;
        if (id !== null) yield { id, isSuspended };
      },
      findRepository: (_, installationId) =>
        fuse.pass(() => {
          const refusal = barred(installationId);
          if (refusal?.code === "GITHUB_FORBIDDEN") return Promise.reject(refusal);
          return Promise.resolve(refusal === null ? listed() : null);
        }),
      async *listRepositories(installationId) {
        await fuse.pass(() => Promise.resolve());
        if (barred(installationId) === null) yield listed();
      },
      async *listDeliveries() {
        await fuse.pass(() => Promise.resolve());
        for (const [id, { guid, event, listedFromMs }] of [...deliveries.entries()].toReversed())
          if (listedFromMs <= clock()) yield { id, guid, event };
      },
      readDelivery: (id) => fuse.pass(() => Promise.resolve(deliveries[Number(id)]?.payload)),
      checksClient: ({ installationId }) =>
        new Octokit({
          log: { debug() {}, info() {}, warn() {}, error() {} },
          request: {
            fetch: (url: string, init: RequestInit) =>
              fuse.pass(() => {
                const refusal = barred(installationId);
                if (refusal === null) return answer(runs, url, init);
                return reply({ message: refusal.message }, refusal.code === "GITHUB_FORBIDDEN" ? 403 : 404);
              }),
          },
        }),
    },
  };
}

interface Written {
  readonly head_sha?: string;
  readonly external_id?: string;
  readonly status: string;
  readonly conclusion?: string;
  readonly output: {
    readonly title: string;
    readonly summary: string;
    readonly annotations?: readonly { readonly path: string; readonly title: string }[];
  };
}

function answer(runs: FakeCheckRun[], url: string, { method, body }: RequestInit): Promise<Response> {
  const { pathname } = new URL(url);
  if (method === "GET") {
    const sha = /commits\/([0-9a-f]+)\/check-runs$/u.exec(pathname)?.[1];
    const found = runs.filter(({ head_sha: head }) => head === sha);
    return reply({
      total_count: found.length,
      check_runs: found.map((run) => ({ ...run, output: { annotations_count: run.annotations.length } })),
    });
  }
  const written = JSON.parse(typeof body === "string" ? body : "{}") as Written;
  const { title, summary, annotations = [] } = written.output;
  const id = Number(/check-runs\/(\d+)$/u.exec(pathname)?.[1] ?? 0);
  const run = runs.find((one) => one.id === id) ?? {
    id: runs.length + 1,
    head_sha: written.head_sha ?? "",
    external_id: written.external_id ?? "",
    status: "",
    conclusion: null,
    title: "",
    summary: "",
    annotations: [],
  };
  if (!runs.includes(run)) runs.push(run);
  run.status = written.status;
  run.conclusion = written.conclusion ?? null;
  run.title = title;
  run.summary = summary;
  run.annotations.push(...annotations);
  return reply({ id: run.id });
}

const reply = (data: unknown, status = 200): Promise<Response> =>
  Promise.resolve(
    new Response(JSON.stringify(data), { status, headers: { "content-type": "application/json" } }),
  );
