import { existsSync } from "node:fs";
import { findRepository, listRefs, openRepository, resolveCommit } from "@keywarden/git";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, scanScope } from "@keywarden/repository-scan";
import type { Terminal } from "../terminal.ts";
import type { GuardVerdict } from "./guard-event.ts";

/** Decides about a push from this folder: what HEAD and the branches have that no remote is known to have. */
export async function judgePush(directory: string, terminal: Terminal): Promise<GuardVerdict> {
  const { env, learnFormats, now } = terminal;
  if (!existsSync(directory)) {
    const why = "the folder in which it would start is not there";
    return { kind: "refuse", reason: `keywarden: nobody can tell what would be pushed, because ${why}.` };
  }
  if ((await findRepository(directory, env)) === null) return { kind: "pass" };
  const repository = await openRepository(directory, env);
  const setup = await loadSetupIn(repository.directory, learnFormats);
  const tools = makeScanTools(setup, setup.config.policy, now(), (path) => path);
  const head = await resolveCommit(repository, "HEAD");
  const exclude = (await listRefs(repository, "refs/remotes/")).map(({ id }) => id);
  const range = { include: head === null ? [] : [head], exclude };
  const label = "new to every remote";
  await scanScope(
    repository,
    { range, refNames: [], report: "introduced", label, remedy: {}, brokenRefs: [] },
    tools,
  );
  const { findings, summary } = tools.account.report("push");
  const [first, ...more] = findings.filter(({ finding }) => finding.action === "block");
  if (first === undefined) {
    return summary.complete
      ? { kind: "pass" }
      : {
          kind: "refuse",
          reason: "keywarden: what would be pushed could not be read whole, so it is not pushed.",
        };
  }
  const { path, line, redacted, commit = "" } = first.finding;
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  const where = `${redacted} at ${path}:${line} in commit ${commit.slice(0, 12)}${others}`;
  const remedy = "Take it out of that commit (git commit --amend or git rebase -i) before you push.";
  return { kind: "refuse", reason: `keywarden: the push would send a key: ${where}. ${remedy}` };
}
