import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { peelToCommit, listHostedRefs, runHostGit } from "./git-process.ts";

/** The variable in which a push's own process names the file that takes its ref updates. */
export const spoolVariable = "KEYWARDEN_PUSH_SPOOL";

// No node and no network in the hook: it costs nothing, and it cannot fail a push.
const postReceive = `#!/bin/sh
if [ -n "$${spoolVariable}" ]; then cat >>"$${spoolVariable}"; else cat >/dev/null; fi
`;

// GitHub serves any object that it still has, also what no ref leads to any more, and never collects it. Below refs/pull only
// GitHub itself writes.
const settings = `[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[gc]
	auto = 0
[receive]
	autogc = false
	hideRefs = refs/pull
`;

const formats = {
  sha1: `[core]
	repositoryFormatVersion = 0
	bare = true
`,
  sha256: `[core]
	repositoryFormatVersion = 1
	bare = true
[extensions]
	objectFormat = sha256
`,
};

/** Makes the repository that `git http-backend` will serve. Thousands are made at once, so no git is started for it. */
export async function initialiseBareRepository(
  directory: string,
  objectFormat: "sha1" | "sha256",
): Promise<void> {
  for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"])
    await mkdir(join(directory, folder), { recursive: true });
  await writeFile(join(directory, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(join(directory, "config"), `${formats[objectFormat]}${settings}`);
  const hook = join(directory, "hooks", "post-receive");
  await writeFile(hook, postReceive);
  await chmod(hook, 0o755);
}

/** The branch that HEAD names. */
export async function defaultBranch(directory: string): Promise<string> {
  const head = await readFile(join(directory, "HEAD"), "utf8");
  return head.trim().replace("ref: refs/heads/", "");
}

/** Lets the first branch that was pushed become the default one, as GitHub does for an empty repository. */
export async function adoptDefaultBranch(directory: string): Promise<void> {
  // The branch is there in nearly all pushes, and a file then says so.
  if (existsSync(join(directory, "refs", "heads", await defaultBranch(directory)))) return;
  if ((await peelToCommit(directory, "HEAD")) !== null) return;
  const first = [...(await listHostedRefs(directory)).keys()].find((ref) => ref.startsWith("refs/heads/"));
  if (first !== undefined) await runHostGit(directory, ["symbolic-ref", "HEAD", first]);
}
