import { isLeaving, isReturn, pullRef } from "./world.ts";
import type { PlannedCommit, World } from "./world.ts";

/** What becomes of a key in the end. */
export type Fate = "revoked" | "in-history" | "inactive" | "not-production" | "not-ours" | "unseen";

export interface ExpectedCheck {
  /** Keys that the commit brings in, as far as its readers are told. */
  readonly keys: readonly number[];
  /** Files that bring them in, as `path key`. */
  readonly places: readonly string[];
  /** Earlier commits of the push that bring keys in. */
  readonly earlier: readonly number[];
  readonly conclusion: "success" | "neutral" | "failure";
}

export interface Expected {
  readonly fates: readonly Fate[];
  readonly checks: ReadonlyMap<number, ExpectedCheck>;
}

/** Says what the App has to arrive at, by looking at the world in order and at nothing else. */
export function expectedOf(world: World): Expected {
  const { keys, commits, moves, installedAfter } = world;
  const ancestors = commits.map((_, index) => ancestorsOf(commits, index));
  const reach = (tips: Iterable<number>): Set<number> =>
    new Set([...tips].flatMap((tip) => [...(ancestors[tip] ?? [])]));
  const introduced = commits.map((commit) => introductionsOf(commits, commit));

  const refs = new Map<string, number>();
  const firstShown = new Map<number, number>();
  const pushes: { readonly head: number; readonly shows: ReadonlySet<number>; readonly atMs: number }[] = [];
  let atMs = 0;
  let history = new Set<number>();
  const seen = new Set<number>();
  /** What the refs named of which the App was told, or found there. */
  const known = new Set<number>();
  let isAway = false;
  let isPublic = false;
  const show = (head: number, hidden: ReadonlySet<number>): void => {
    const shows = new Set([...reach([head])].filter((one) => !hidden.has(one) && !history.has(one)));
    known.add(head);
    pushes.push({ head, shows, atMs });
    for (const one of shows) firstShown.set(one, Math.min(firstShown.get(one) ?? Infinity, atMs));
    for (const one of reach([head])) seen.add(one);
  };
  const install = (): void => {
    history = reach(refs.values());
    for (const tip of refs.values()) known.add(tip);
  };
  for (const [index, step] of moves.entries()) {
    if (index === installedAfter) install();
    atMs += step.afterMs;
    if ("life" in step) {
      const { life } = step;
      if (life === "publicize" || life === "privatize") isPublic = life === "publicize";
      if (isLeaving(life)) isAway = true;
      if (!isReturn(life)) continue;
      // Nobody told of what was pushed meanwhile: what the refs name now is looked at, and what they named in between is not.
      isAway = false;
      for (const tip of new Set(refs.values())) if (!known.has(tip)) show(tip, new Set());
      atMs += 1_000;
      continue;
    }
    const { ref, to } = step;
    const before = refs.get(ref);
    if (to === null) refs.delete(ref);
    else refs.set(ref, to);
    if (index < installedAfter || to === null || isAway) continue;
    if (step.isSilent === true) {
      if (!known.has(to)) show(to, new Set());
      continue;
    }
    // Of a pull request all is shown, whatever was proposed before.
    show(to, before === undefined || ref === pullRef ? new Set() : reach([before]));
  }
  if (installedAfter >= moves.length) install();
  for (const one of history) seen.add(one);

  const fates = keys.map(({ environment, state }, key): Fate => {
    const by = [...seen].filter((commit) => introduced[commit]?.has(key) === true);
    if (by.length === 0) return "unseen";
    if (state === "unknown") return "not-ours";
    if (state === "revoked") return "inactive";
    if (environment !== "production") return "not-production";
    return by.some((commit) => !history.has(commit)) ? "revoked" : "in-history";
  });
  const fails = (all: readonly number[]) =>
    all.some((key) => fates[key] === "revoked" || fates[key] === "in-history");

  const checked = new Set<number>(pushes.map(({ head }) => head));
  for (const commit of seen)
    if (!history.has(commit) && (introduced[commit]?.size ?? 0) > 0) checked.add(commit);
  const checks = new Map<number, ExpectedCheck>();
  for (const commit of checked) {
    const plan = commits[commit];
    if (plan === undefined) continue;
    const own = [...(introduced[commit] ?? [])].toSorted((a, b) => a - b);
    const earlier = new Set<number>();
    for (const { head, shows, atMs: pushedAtMs } of pushes)
      if (head === commit)
        for (const one of shows)
          if (one !== commit && (introduced[one]?.size ?? 0) > 0 && firstShown.get(one) === pushedAtMs)
            earlier.add(one);
    const all = [...own, ...[...earlier].flatMap((one) => [...(introduced[one] ?? [])])];
    // Where strangers read, only what was revoked is told.
    const told = all.filter((key) => !isPublic || fates[key] === "revoked");
    const isTold = (key: number): boolean => told.includes(key);
    checks.set(commit, {
      keys: own.filter(isTold),
      places: [...plan.files]
        .filter(([, { key }]) => broughtByFiles(commits, plan).has(key) && isTold(key))
        .map(([path, { key }]) => `${path} ${key}`)
        .toSorted(),
      earlier: [...earlier]
        .filter((one) => [...(introduced[one] ?? [])].some(isTold))
        .toSorted((a, b) => a - b),
      conclusion: fails(told) ? "failure" : all.length === 0 ? "success" : "neutral",
    });
  }
  return { fates, checks };
}

function ancestorsOf(commits: readonly PlannedCommit[], commit: number): ReadonlySet<number> {
  const all = new Set<number>();
  const left = [commit];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    left.push(...(commits[next]?.parents ?? []));
  }
  return all;
}

/** Keys that a commit's files hold and those of no parent do. */
function broughtByFiles(commits: readonly PlannedCommit[], commit: PlannedCommit): ReadonlySet<number> {
  const held = ({ files }: PlannedCommit) => [...files.values()].map(({ key }) => key);
  const before = new Set(commit.parents.flatMap((parent) => held(commits[parent] ?? commit)));
  return new Set(held(commit).filter((key) => !before.has(key)));
}

/** Those, and the one in the message. */
function introductionsOf(commits: readonly PlannedCommit[], commit: PlannedCommit): ReadonlySet<number> {
  return new Set([
    ...broughtByFiles(commits, commit),
    ...(commit.inMessage === null ? [] : [commit.inMessage]),
  ]);
}
