/** What a CI system says about the commits that a run is for. Revisions, none of them looked up yet. */
export interface CiRun {
  readonly system: string;
  /** The first that is here is what the run is for. */
  readonly heads: readonly string[];
  /** What was there before; those that are not here only make the range larger. */
  readonly before: readonly string[];
  /** The branch that the run's commits are meant for; the first that is here and has not taken them counts. */
  readonly targets: readonly string[];
  /** How to make the system fetch the whole history. */
  readonly setting?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface CiSystem {
  readonly name: string;
  readonly isHere: (env: Environment) => boolean;
  readonly setting?: string;
  readonly read: (env: Environment, event: unknown) => Omit<CiRun, "system" | "setting">;
}

// In this order: a hook of the pre-commit framework runs inside the others and is narrower.
const systems: readonly CiSystem[] = [
  {
    name: "the pre-commit framework",
    isHere: (env) => isSet(env, "PRE_COMMIT_FROM_REF") && isSet(env, "PRE_COMMIT_TO_REF"),
    read: (env) => ({
      heads: given(env["PRE_COMMIT_TO_REF"]),
      before: given(env["PRE_COMMIT_FROM_REF"]),
      targets: [],
    }),
  },
  {
    name: "GitHub Actions",
    isHere: (env) => env["GITHUB_ACTIONS"] === "true",
    setting: "actions/checkout with fetch-depth: 0",
    read: readGitHub,
  },
  {
    name: "GitLab CI",
    isHere: (env) => env["GITLAB_CI"] === "true",
    setting: 'the variable GIT_DEPTH: "0"',
    read: (env) => ({
      heads: given(env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"], env["CI_COMMIT_SHA"]),
      before: given(env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] ?? env["CI_COMMIT_BEFORE_SHA"]),
      targets: [...tracked(env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"]), ...tracked(env["CI_DEFAULT_BRANCH"])],
    }),
  },
  {
    name: "CircleCI",
    isHere: (env) => env["CIRCLECI"] === "true",
    setting: "checkout with method: full",
    read: (env) => ({ heads: given(env["CIRCLE_SHA1"]), before: [], targets: defaultBranches }),
  },
  {
    name: "Azure Pipelines",
    isHere: (env) => isSet(env, "TF_BUILD"),
    setting: "checkout: self with fetchDepth: 0",
    read: (env) => ({
      heads: given(env["SYSTEM_PULLREQUEST_SOURCECOMMITID"], env["BUILD_SOURCEVERSION"]),
      before: [],
      targets: isSet(env, "SYSTEM_PULLREQUEST_TARGETBRANCH")
        ? tracked(env["SYSTEM_PULLREQUEST_TARGETBRANCH"])
        : defaultBranches,
    }),
  },
  {
    name: "Jenkins",
    isHere: (env) => isSet(env, "JENKINS_URL") || isSet(env, "JENKINS_HOME"),
    setting: 'without "Shallow clone" in the advanced clone behaviours',
    read: (env) => ({
      heads: given(env["GIT_COMMIT"], "HEAD"),
      // The last build may have failed on a key that is still there.
      before: isSet(env, "CHANGE_TARGET") ? [] : given(env["GIT_PREVIOUS_SUCCESSFUL_COMMIT"]),
      targets: isSet(env, "CHANGE_TARGET") ? tracked(env["CHANGE_TARGET"]) : defaultBranches,
    }),
  },
];

const defaultBranches = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
];

/** Finds the CI system around us; one that is not known is asked nothing but what git itself knows. */
export function readCiRun(env: Environment, readEvent: (path: string) => unknown): CiRun {
  const system = systems.find(({ isHere }) => isHere(env));
  if (system === undefined) {
    return { system: "this clone", heads: ["HEAD"], before: [], targets: defaultBranches };
  }
  const path = env["GITHUB_EVENT_PATH"];
  const event =
    system.name === "GitHub Actions" && path !== undefined && path !== "" ? readEvent(path) : null;
  const { name, setting } = system;
  return { system: name, ...system.read(env, event), ...(setting === undefined ? {} : { setting }) };
}

// https://docs.github.com/actions/using-workflows/events-that-trigger-workflows
function readGitHub(env: Environment, event: unknown): Omit<CiRun, "system" | "setting"> {
  const branch = textAt(event, "repository", "default_branch");
  const own = env["GITHUB_REF_TYPE"] === "branch" ? env["GITHUB_REF_NAME"] : undefined;
  const targets = branch === undefined ? defaultBranches : tracked(branch);
  const sha = given(env["GITHUB_SHA"]);
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  if (name === "pull_request" || name === "pull_request_target") {
    const head = given(textAt(event, "pull_request", "head", "sha"));
    return {
      // With pull_request_target the checked-out commit is not the one that the pull request proposes.
      heads: name === "pull_request" ? [...head, ...sha] : head,
      before: given(textAt(event, "pull_request", "base", "sha")),
      targets: tracked(textAt(event, "pull_request", "base", "ref")),
    };
  }
  if (name === "merge_group") {
    return {
      heads: given(textAt(event, "merge_group", "head_sha"), ...sha),
      before: given(textAt(event, "merge_group", "base_sha")),
      targets,
    };
  }
  if (name === "push") {
    return {
      heads: given(textAt(event, "after"), ...sha),
      before: given(textAt(event, "before")),
      targets: own !== undefined && own === branch ? [] : targets,
    };
  }
  // A schedule or a click is about all that is there.
  return { heads: sha, before: [], targets: [] };
}

/** Gives the values that are set, without the zeros that mean nothing. */
const given = (...values: readonly (string | undefined)[]): readonly string[] =>
  values.flatMap((value) => (value === undefined || value === "" || /^0+$/u.test(value) ? [] : [value]));

const tracked = (branch: string | undefined): readonly string[] =>
  given(branch).map((name) => `refs/remotes/origin/${name.replace(/^refs\/heads\//u, "")}`);

const isSet = (env: Environment, name: string): boolean => (env[name] ?? "") !== "";

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return typeof found === "string" ? found : undefined;
}
