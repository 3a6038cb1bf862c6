import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

export type Job = "tree" | "staged" | "history";

/** Another scanner, and how it is asked to look at what ours looks at; a job that it does not have is absent. */
export interface Peer extends Readonly<Partial<Record<Job, readonly string[]>>> {
  readonly name: string;
}

const quiet = ["--no-banner", "--log-level=error"];
const secretlintRules = '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}';
const offline = ["--no-verification", "--no-update"];

// Nobody asks a service whether a key works, so that scanning is all that is compared.
const known: readonly Peer[] = [
  ...["gitleaks", "betterleaks"].map((name) => ({
    name,
    tree: ["dir", ".", ...quiet],
    staged: ["git", "--staged", ".", ...quiet],
    history: ["git", ".", ...quiet],
  })),
  { name: "trufflehog", tree: ["filesystem", ".", ...offline], history: ["git", "file://.", ...offline] },
  { name: "kingfisher", tree: ["scan", ".", "--no-validate", "--git-history=none"] },
  { name: "ripsecrets", tree: ["."] },
  { name: "secretlint", tree: ["**/*", "--secretlintrcJSON", secretlintRules] },
  { name: "detect-secrets", tree: ["scan"] },
  { name: "git-secrets", tree: ["--scan"], staged: ["--scan", "--cached"], history: ["--scan-history"] },
];

/** Finds the peers that are on `PATH`. */
export function findPeers(): readonly Peer[] {
  return known.filter(({ name }) => spawnSync(name, ["--help"], { stdio: "ignore" }).error === undefined);
}

/** Runs a peer to its end and gives its exit status, whatever that means to it. */
export async function runPeer(
  { name }: Peer,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const child = spawn(name, args, { ...place, stdio: "ignore" });
  const [status] = await once(child, "exit");
  return Number(status);
}
