import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { live } from "./command.ts";
import { addKey, makePlace, type Place } from "./receiving-repository.ts";

/** How a forge calls hooks, written after what it publishes, with the place where an administrator puts ours. */
interface Forge {
  /** Below the bare repository. */
  readonly hook: string;
  /** Runs as git's own hook, with `$server` for the bare repository. */
  readonly runner: string;
  readonly pusher: string | null;
  readonly folders?: readonly string[];
}

// GitLab's own process starts server hooks: in the repository, with these variables and no others, one after the other.
const gitlab = (directory: string, protocol = "ssh"): string => `
input=$(cat)
cd "$server" || exit 1
for hook in custom_hooks/pre-receive custom_hooks/pre-receive.d/* ../custom_hooks/pre-receive.d/*; do
  case $hook in *~) continue;; esac
  [ -f "$hook" ] && [ -x "$hook" ] || continue
  options=""
  [ -z "$GIT_PUSH_OPTION_COUNT" ] || options="GIT_PUSH_OPTION_COUNT=$GIT_PUSH_OPTION_COUNT"
  printf '%s\\n' "$input" | env -i HOME="$HOME" PATH="/usr/lib/git-core:$PATH" TZ=UTC $options \\
    \${GIT_PUSH_OPTION_0+"GIT_PUSH_OPTION_0=$GIT_PUSH_OPTION_0"} \\
    \${GIT_PUSH_OPTION_1+"GIT_PUSH_OPTION_1=$GIT_PUSH_OPTION_1"} \\
    GIT_OBJECT_DIRECTORY="${directory}" GIT_DIR="$server" \\
    GIT_ALTERNATE_OBJECT_DIRECTORIES="$GIT_ALTERNATE_OBJECT_DIRECTORIES" GL_ID=user-7 \\
    GL_PROJECT_PATH=shop/web GL_PROTOCOL=${protocol} GL_REPOSITORY=project-9 GL_USERNAME=jo "$hook" || exit 1
done`;

// All hooks of the folder run, and the first status that is not 0 decides.
const gitea = `
export GITEA_REPO_NAME=web GITEA_REPO_USER_NAME=shop GITEA_REPO_ID=9 GITEA_REPO_IS_WIKI=false
export GITEA_PUSHER_NAME=jo GITEA_PUSHER_ID=7 GITEA_PUSHER_EMAIL=jo@example.com SSH_ORIGINAL_COMMAND=gitea-internal
data=$(cat)
statuses=""
for hook in "$GIT_DIR"/hooks/pre-receive.d/*; do
  test -x "$hook" && test -f "$hook" || continue
  echo "$data" | "$hook"
  statuses="$statuses $?"
done
for status in $statuses; do [ "$status" -eq 0 ] || exit "$status"; done`;

const enterprise = `
exec env -i PATH="$PATH" GIT_DIR="$server" GIT_OBJECT_DIRECTORY="$GIT_OBJECT_DIRECTORY" \\
  GIT_QUARANTINE_PATH="$GIT_QUARANTINE_PATH" GIT_USER_AGENT=git/2.53 \\
  GIT_ALTERNATE_OBJECT_DIRECTORIES="$GIT_ALTERNATE_OBJECT_DIRECTORIES" \\
  \${GIT_PUSH_OPTION_COUNT+"GIT_PUSH_OPTION_COUNT=$GIT_PUSH_OPTION_COUNT"} \\
  \${GIT_PUSH_OPTION_0+"GIT_PUSH_OPTION_0=$GIT_PUSH_OPTION_0"} \\
  \${GIT_PUSH_OPTION_1+"GIT_PUSH_OPTION_1=$GIT_PUSH_OPTION_1"} \\
  GITHUB_USER_LOGIN=jo GITHUB_REPO_NAME=shop/web GITHUB_REPO_PUBLIC=false GITHUB_USER_IP=192.0.2.7 \\
  GITHUB_VIA= "$server/environment/keywarden"`;

const object = "$GIT_OBJECT_DIRECTORY";
const forges: Readonly<Record<string, Forge>> = {
  "git itself": { hook: "keywarden-hook", runner: '\nexec "$server/keywarden-hook"', pusher: null },
  "GitLab, one repository": {
    hook: "custom_hooks/pre-receive.d/keywarden",
    runner: gitlab(object),
    pusher: "jo",
  },
  "GitLab, all repositories": {
    hook: "../custom_hooks/pre-receive.d/keywarden",
    runner: gitlab(object),
    pusher: "jo",
  },
  "Gitea and Forgejo": { hook: "hooks/pre-receive.d/keywarden", runner: gitea, pusher: "jo" },
  "GitHub Enterprise Server": { hook: "environment/keywarden", runner: enterprise, pusher: "jo" },
};

/** Puts the hook where the forge looks for it, and what calls it where git does. */
function moveTo({ server }: Place, { hook, runner }: Forge): void {
  const entry = join(server, "hooks/pre-receive");
  const target = join(server, hook);
  mkdirSync(dirname(target), { recursive: true });
  renameSync(entry, target);
  // A client may send objects that none of its refs reaches; git itself never does.
  const extra = `[ ! -f "$server/extra" ] || git hash-object -w "$server/extra" >/dev/null`;
  writeFileSync(entry, `#!/bin/sh\nserver='${server}'\n${extra}${runner}\n`);
  chmodSync(entry, 0o755);
}

describe.each(Object.entries(forges))("the hook where %s calls it", (_, forge) => {
  it("takes a clean push of many objects and refuses a key, also one that no ref reaches", async () => {
    using place = await makePlace();
    const { work, push } = place;
    moveTo(place, forge);
    for (let index = 0; index < 120; index += 1) work.write(`src/f${index}.txt`, `file ${index}\n`);
    await work.commit("so many that git keeps them packed");
    const clean = await push("origin", "main");
    expect(clean.output).toContain("remote: keywarden: no keys found: 126 objects received, 126 scanned");
    expect(clean.isTaken).toBe(true);
    await addKey(work);
    const found = await push("origin", "main");
    expect(found.isTaken).toBe(false);
    expect(found.output).toContain("3 objects received, 3 scanned");
    expect(await work.git("ls-remote", "origin", "main")).not.toContain(await work.git("rev-parse", "HEAD"));
    writeFileSync(join(place.server, "extra"), `API_KEY=${live}\n`);
    const extra = await push("origin", "HEAD~1:refs/heads/other");
    expect(extra.isTaken).toBe(false);
    expect(extra.output).toMatch(/object [0-9a-f]{40}:1:9/);
  });

  it("keeps who pushed an exception on record", async () => {
    using place = await makePlace("--accept-push-options");
    const { work, server, push } = place;
    moveTo(place, forge);
    await addKey(work);
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const options = ["-o", "keywarden.accept=demo, ends soon", "-o", `keywarden.until=${day}`];
    expect(await push(...options, "origin", "main")).toMatchObject({ isTaken: true });
    const record = JSON.parse(readFileSync(join(server, "keywarden/exceptions.jsonl"), "utf8")) as object;
    expect(record).toMatchObject({ by: forge.pusher, reason: "demo, ends soon" });
  });
});

describe("GitLab", () => {
  it("shows the reason in the browser, where it hides lines that are not marked for people", async () => {
    using place = await makePlace();
    moveTo(place, { hook: "custom_hooks/pre-receive", runner: gitlab(object, "web"), pusher: "jo" });
    await addKey(place.work);
    const { output } = await place.push("origin", "main");
    expect(output).toContain("remote: GL-HOOK-ERR: keywarden: push refused: it adds 1 key");
  });

  it("is not told that all was scanned where nothing says what arrived", async () => {
    using place = await makePlace();
    // As when the change was made on the server itself: its objects are where the others are.
    const runner = gitlab("$server/objects").replace(
      "cd ",
      'cp -r "$GIT_OBJECT_DIRECTORY"/?? "$server/objects"; cd ',
    );
    moveTo(place, { hook: "custom_hooks/pre-receive", runner, pusher: "jo" });
    const { output } = await place.push("origin", "main");
    expect(output).toContain("3 objects scanned; the server does not say how many were received");
  });
});
