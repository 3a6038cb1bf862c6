import { GitError } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { Octokit } from "@octokit/rest";
import type { GitHub } from "../../src/github/github.ts";
import type { Remotes } from "../../src/repositories/remotes.ts";
import type { Fuse } from "./fuse.ts";

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
  readonly event: "push" | "pull_request";
  readonly payload: unknown;
  /** Until then it is on its way: GitHub lists attempts that were made. */
  listedFromMs: number;
}

/** A host of one repository without a network: refs over real git objects, and check runs behind the real client. */
export interface FakeHost {
  readonly refs: ReadonlyMap<string, string>;
  /** Moves a ref, or takes it away. */
  move(ref: string, to: string | null): void;
  /** What the repository is called now. */
  readonly name: string;
  /** Gives it another name: git is sent on from the ones before, and checks are answered there. */
  rename(): void;
  /** Whether readers see the refs and objects as they were when this was set. */
  setLagging(isLagging: boolean): void;
  readonly runs: readonly FakeCheckRun[];
  readonly remotes: Remotes;
  readonly github: Pick<GitHub, "checksClient" | "findNewName" | "listDeliveries" | "readDelivery">;
  /** Every push that was delivered, tried to be or is on its way, the oldest first. */
  readonly deliveries: FakeDelivery[];
}

export function makeFakeHost(mirror: Repository, fuse: Fuse, clock: () => number): FakeHost {
  const refs = new Map<string, string>();
  let renames = 0;
  const nameNow = (): string => (renames === 0 ? "shop" : `shop-${renames}`);
  let replica: { readonly refs: ReadonlyMap<string, string>; readonly ids: ReadonlySet<string> } | null =
    null;
  const read = <T>(name: string, answer: () => Promise<T>): Promise<T> =>
    fuse.pass(() =>
      name === nameNow()
        ? answer()
        : Promise.reject(new GitError("GIT_UNREACHABLE", "The requested URL returned error: 301")),
    );
  const runs: FakeCheckRun[] = [];
  const everPushed = new Set<string>();
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
    get name() {
      return nameNow();
    },
    rename: () => void (renames += 1),
    setLagging(isLagging) {
      if (!isLagging) replica = null;
      else replica ??= { refs: new Map(refs), ids: new Set(everPushed) };
    },
    runs,
    remotes: {
      listRefs: ({ name }) =>
        read(name, () =>
          Promise.resolve([...(replica?.refs ?? refs)].map(([ref, id]) => ({ name: ref, id }))),
        ),
      fetch: ({ name }, want) =>
        read(name, () => {
          if (want.every((id) => (replica?.ids ?? everPushed).has(id))) return Promise.resolve(mirror);
          return Promise.reject(new GitError("GIT_OBJECT_MISSING", "the host does not have it"));
        }),
    },
    github: {
      findNewName: () => fuse.pass(() => Promise.resolve({ owner: "acme", name: nameNow() })),
      async *listDeliveries() {
        await fuse.pass(() => Promise.resolve());
        for (const [id, { guid, event, listedFromMs }] of [...deliveries.entries()].toReversed())
          if (listedFromMs <= clock()) yield { id, guid, event };
      },
      readDelivery: (id) => fuse.pass(() => Promise.resolve(deliveries[Number(id)]?.payload)),
      checksClient: () =>
        new Octokit({
          log: { debug() {}, info() {}, warn() {}, error() {} },
          request: { fetch: (url: string, init: RequestInit) => fuse.pass(() => answer(runs, url, init)) },
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

const reply = (data: unknown): Promise<Response> =>
  Promise.resolve(
    new Response(JSON.stringify(data), { status: 200, headers: { "content-type": "application/json" } }),
  );
