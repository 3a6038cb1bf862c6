import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CommandResult, runCommand } from "../commands.ts";
import { programFile } from "../program-file.ts";
import type { Room } from "../stage.ts";
import type { Timeline } from "../timeline.ts";
import { type ShowcaseKey, pickKey } from "./issue-keys.ts";

export interface Developer {
  readonly repository: string;
  /** Runs git in the developer's repository. */
  git(...args: string[]): Promise<CommandResult>;
  write(path: string, text: string): void;
}

/** A developer tries to commit a live key, and the hook says no. */
export async function blockTheCommit(
  stage: Room,
  timeline: Timeline,
  keys: readonly ShowcaseKey[],
): Promise<Developer> {
  const developer = await makeDeveloper(stage);
  const hook = await runCommand(stage.node, [programFile("cli"), "hook", "install"], {
    cwd: developer.repository,
    env: stage.env,
  });
  timeline.step("hook", "git init webshop; keywarden hook install");
  timeline.quote(hook.output);
  if (hook.status !== 0) throw new Error("the hook could not be installed");

  developer.write("README.md", "# Webshop\n\nThe key is read from AFORO_API_KEY.\n");
  await developer.git("add", "README.md");
  const clean = await developer.git("commit", "-m", "Describe the shop");
  timeline.step("commit", "a clean commit passes");
  timeline.quote(clean.output);
  if (clean.status !== 0) throw new Error("the hook blocked a clean commit");

  const live = pickKey(keys, { provider: "aforo", kind: "secret", environment: "production" });
  developer.write("src/billing.ts", billing(live));
  await developer.git("add", "src/billing.ts");
  const blocked = await developer.git("commit", "-m", "Send meter events");
  timeline.step("commit", "a commit with a live key is blocked");
  timeline.quote(blocked.output);
  if (blocked.status === 0) throw new Error("the hook let a live key pass");
  return developer;
}

const billing = (key: ShowcaseKey): string =>
  [
    'import { AforoClient } from "@aforo/metering";',
    "",
    "export const aforo = new AforoClient({",
    `  apiKey: "${key.secret.reveal()}",`,
    "});",
    "",
  ].join("\n");

async function makeDeveloper(stage: Room): Promise<Developer> {
  const repository = join(stage.directory, "webshop");
  mkdirSync(repository);
  const git = (...args: string[]): Promise<CommandResult> =>
    runCommand("git", args, { cwd: repository, env: stage.env });
  const init = await git("init", "--quiet", "--initial-branch=main");
  if (init.status !== 0) throw new Error(`git init failed: ${init.output}`);
  return {
    repository,
    git,
    write(path, text) {
      const file = join(repository, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  };
}
