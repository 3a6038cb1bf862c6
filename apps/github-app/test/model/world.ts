import fc from "fast-check";

/** A key of the generated world. */
export interface PlannedKey {
  readonly environment: "production" | "sandbox";
  /** What its provider says of it at first; nobody issued an unknown one. */
  readonly state: "active" | "revoked" | "unknown";
}

export interface PlannedCommit {
  readonly parents: readonly number[];
  /** All files of the commit, by path: the key that each holds, and a number that makes two versions differ. */
  readonly files: ReadonlyMap<string, { readonly key: number; readonly version: number }>;
  /** A key in the message. */
  readonly inMessage: number | null;
}

/** A ref moves: to a commit, or away. */
export interface Move {
  readonly ref: string;
  readonly to: number | null;
  /** How long after the move before. */
  readonly afterMs: number;
  /** Whether the host lists its delivery only once it was made, as GitHub does; the others it lists at once. */
  readonly isOnItsWay: boolean;
  /** Whether the host tells nobody, as of a push of many tags. */
  readonly isSilent?: boolean;
}

/** What becomes of the repository as a whole, or of the App there. */
export type Life =
  | "suspend"
  | "unsuspend"
  | "uninstall"
  | "install"
  | "transfer"
  | "publicize"
  | "privatize"
  | "archive"
  /** The end of the world. */
  | "delete";

export interface Change {
  readonly life: Life;
  readonly afterMs: number;
}

export type Step = Move | Change;

/** What begins a time in which the App is not told of pushes and may not read. */
export const isLeaving = (life: Life): boolean => life === "suspend" || life === "uninstall";

/** What ends the time in which the App is not told of pushes and may not read. */
export const isReturn = (life: Life): boolean => life === "unsuspend" || life === "install";

/** What happens to the App's part of the work; numbers choose among what is there. */
export type Action =
  | { readonly do: "move" }
  | { readonly do: "deliver"; readonly which: number }
  | { readonly do: "sweep" }
  /** The repository gets another name, and no event says so. */
  | { readonly do: "rename" }
  /** What reads the repository sees it as it is now, until it does not lag any more. */
  | { readonly do: "lag"; readonly isLagging: boolean }
  | {
      readonly do: "work";
      readonly kind: number;
      /** At which call to the outside the process dies, before or after it has an effect; past the last one, before it is recorded. */
      readonly killAt: number | null;
      readonly isDone: boolean;
    }
  /** Runs a job and records it only at the end of some later action, as another process would. */
  | { readonly do: "overlap"; readonly kind: number };

/** The process dies in the work that is left at the end, too, so many pieces after the last time. */
export interface Death {
  readonly after: number;
  /** As with work. */
  readonly killAt: number;
  readonly isDone: boolean;
}

export interface World {
  readonly keys: readonly PlannedKey[];
  readonly commits: readonly PlannedCommit[];
  readonly moves: readonly Step[];
  /** How many of the moves came before the App was given the repository. */
  readonly installedAfter: number;
  readonly actions: readonly Action[];
  readonly deaths?: readonly Death[];
  /** Whether the repository was made when the App had its account already, which the host tells. */
  readonly isMade?: boolean;
}

const paths = ["a.env", "b.env", "sub/a.env"];
/** What a fork proposes: the host moves it as the fork is pushed to, and tells of a pull request instead of a push. */
export const pullRef = "refs/pull/1/head";

const refs = ["refs/heads/main", "refs/heads/feature", "refs/heads/release", "refs/tags/v1", pullRef];

const edit = fc.record({
  path: fc.constantFrom(...paths),
  /** None takes the file away. */
  key: fc.option(fc.nat(2), { nil: null, freq: 3 }),
  version: fc.nat(1),
});
const drawnCommit = fc.record({
  edits: fc.array(edit, { maxLength: 2 }),
  /** How far back its parent is. */
  back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(5) }),
  merges: fc.option(fc.nat(5), { nil: null, freq: 4 }),
  inMessage: fc.option(fc.nat(2), { nil: null, freq: 7 }),
});

const drawnMove = fc.record({
  ref: fc.constantFrom(...refs, "refs/heads/main"),
  /** How far from the newest commit that nothing was moved to. */
  ahead: fc.oneof(
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: -4, max: 3 }) },
  ),
  deletes: fc.option(fc.constant(true), { nil: false, freq: 8 }),
  afterMs: fc.constantFrom(0, 1_000, 90_000),
  isOnItsWay: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

const drawnChange = fc.record({
  changes: fc.constantFrom(
    "suspension",
    "installation",
    "account",
    "visibility",
    "visibility",
    "archive",
    "end",
  ),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "move" } as const) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deliver" as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ do: "sweep" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "rename" } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lag" as const), isLagging: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("work" as const),
      kind: fc.nat(9),
      killAt: fc.option(fc.nat(5), { nil: null, freq: 2 }),
      isDone: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("overlap" as const), kind: fc.nat(9) }) },
);

/**
 * Worlds with old and new keys, in which deliveries are lost, repeated, late and reordered, the repository gets other
 * names, accounts and readers, the App is suspended or removed for a time, replicas lag, and work dies anywhere.
 */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    keys: fc.tuple(
      fc.constant({ environment: "production", state: "active" } as const),
      fc.record({
        environment: fc.constant("production" as const),
        state: fc.constantFrom("active", "active", "revoked", "unknown"),
      }),
      fc.record({
        environment: fc.constantFrom("production", "production", "sandbox"),
        state: fc.constantFrom("active", "active", "unknown"),
      }),
    ),
    commits: fc.array(drawnCommit, { minLength: 2, maxLength: 8 }),
    moves: fc.array(fc.oneof({ weight: 9, arbitrary: drawnMove }, { weight: 1, arbitrary: drawnChange }), {
      minLength: 1,
      maxLength: 9,
    }),
    installed: fc.nat(4),
    actions: fc.array(action, { maxLength: 40 }),
    deaths: fc.array(fc.record({ after: fc.nat(6), killAt: fc.nat(2), isDone: fc.boolean() }), {
      maxLength: 5,
    }),
    /** Where the last push leads to, of which the host tells nobody, in a repository that was made under the App. */
    silentTo: fc.option(fc.nat(7), { nil: null, freq: 2 }),
  })
  .map(({ keys, commits: drawn, moves: drawnMoves, installed, actions, deaths, silentTo }) => {
    const commits = plan(drawn);
    const told = planSteps(drawnMoves, commits.length, installed);
    const installedAfter = Math.min(installed, told.length);
    const isMade = installedAfter === 0 && silentTo !== null;
    const last = told.at(-1);
    const isGone = last !== undefined && "life" in last && last.life === "delete";
    const moves = isMade && !isGone ? [...told, silentMove(Math.min(silentTo, commits.length - 1))] : told;
    return { keys, commits, moves, installedAfter, actions, deaths, isMade };
  });

interface DrawnCommit {
  readonly edits: readonly { readonly path: string; readonly key: number | null; readonly version: number }[];
  readonly back: number;
  readonly merges: number | null;
  readonly inMessage: number | null;
}

function plan(drawn: readonly DrawnCommit[]): readonly PlannedCommit[] {
  const commits: PlannedCommit[] = [];
  for (const [index, { edits, back, merges, inMessage }] of drawn.entries()) {
    const first = index - 1 - back;
    const other = merges === null ? -1 : index - 1 - merges;
    const parents = [...new Set([first, other])].filter((parent) => parent >= 0);
    const files = new Map(commits[first]?.files ?? []);
    for (const { path, key, version } of edits)
      if (key === null) files.delete(path);
      else files.set(path, { key, version });
    commits.push({ parents, files, inMessage });
  }
  return commits;
}

// Last of all: nobody can say when it is found.
const silentMove = (to: number): Move => ({
  ref: "refs/tags/v2",
  to,
  afterMs: 90_000,
  isOnItsWay: false,
  isSilent: true,
});

interface DrawnMove {
  readonly ref: string;
  readonly ahead: number;
  readonly deletes: boolean;
  readonly afterMs: number;
  readonly isOnItsWay: boolean;
}

function planSteps(
  drawn: readonly (DrawnMove | { readonly changes: string })[],
  commits: number,
  installed: number,
): readonly Step[] {
  const now = new Map<string, number>();
  const steps: Step[] = [];
  let newest = -1;
  let wasOnItsWay = false;
  let away: Life | null = null;
  let isPrivate = true;
  const pass = (afterMs: number): number => (wasOnItsWay ? 90_000 : afterMs);
  for (const one of drawn) {
    if ("changes" in one) {
      // Before the App nobody tells it, and a change is none.
      if (steps.length < installed) continue;
      const life: Life =
        away !== null
          ? returnOf(away)
          : one.changes === "suspension"
            ? "suspend"
            : one.changes === "installation"
              ? "uninstall"
              : one.changes === "account"
                ? "transfer"
                : one.changes === "end"
                  ? "delete"
                  : one.changes === "archive"
                    ? "archive"
                    : isPrivate
                      ? "publicize"
                      : "privatize";
      if (life === "publicize" || life === "privatize") isPrivate = !isPrivate;
      away = isLeaving(life) ? life : null;
      steps.push({ life, afterMs: pass(2_000) });
      if (life === "delete") return steps;
      wasOnItsWay = false;
      continue;
    }
    const { ref, ahead, deletes, afterMs, isOnItsWay } = one;
    const to =
      deletes && ref !== pullRef && now.has(ref) ? null : Math.max(0, Math.min(commits - 1, newest + ahead));
    if (now.get(ref) === to) continue;
    if (to === null) now.delete(ref);
    else now.set(ref, to);
    newest = Math.max(newest, to ?? -1);
    // A ref that moves away and back within the minute in which it is first read, of which only the way back is known, looks
    // as if it had come from there: nothing that anybody could ask tells it apart.
    steps.push({ ref, to, afterMs: pass(isOnItsWay ? Math.max(1_000, afterMs) : afterMs), isOnItsWay });
    wasOnItsWay = isOnItsWay;
  }
  if (away !== null) steps.push({ life: returnOf(away), afterMs: pass(2_000) });
  return steps;
}

const returnOf = (away: Life): Life => (away === "suspend" ? "unsuspend" : "install");
