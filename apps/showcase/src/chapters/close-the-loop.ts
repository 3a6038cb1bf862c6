import { setTimeout as wait } from "node:timers/promises";
import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import type { CheckRun, PlayedGitHub } from "../github.ts";
import { keyAnswer } from "../key-answer.ts";
import type { Timeline } from "../timeline.ts";
import type { PushedKeys } from "./push-the-key.ts";

const pollEveryMs = 20;
const giveUpAfterMs = 30_000;

/** Shows what became of each pushed key, what the developer is told, and that the record holds. */
export async function closeTheLoop(
  timeline: Timeline,
  story: { readonly server: KeyServerProgram; readonly github: PlayedGitHub; readonly pushed: PushedKeys },
): Promise<void> {
  const { server, github, pushed } = story;
  const check = await completedCheckRun(github);
  timeline.step("report", `the check run on the commit ends as ${check.conclusion}: ${check.output.title}`);
  for (const { path, start_line: line, message } of check.annotations) {
    timeline.quote(`${path}:${line}  ${firstSentence(message ?? "")}`);
  }

  timeline.step("outcomes", "what became of the four keys");
  const outcomes = [
    { name: "live", ...pushed.live, wanted: 401, meaning: "revoked" },
    { name: "test", ...pushed.test, wanted: 200, meaning: "reported, still valid" },
    { name: "publishable", ...pushed.publishable, wanted: 200, meaning: "left alone, made to be public" },
    {
      name: "look-alike",
      provider: pushed.live.provider,
      secret: pushed.lookAlike,
      wanted: 401,
      meaning: "never issued: reported as not ours",
    },
  ];
  for (const { name, provider, secret, wanted, meaning } of outcomes) {
    const status = await keyAnswer(server.url, provider, secret);
    timeline.detail(
      `${name.padEnd(12)}${secret.redacted.padEnd(17)}answers ${status}  ${meaning}`,
      status === wanted ? "good" : "bad",
    );
    if (status !== wanted) throw new Error(`the ${name} key answers ${status}, not ${wanted}`);
  }

  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  const audit = await inventory.verifyAudit();
  if (!audit.ok) throw new Error(`the audit chain is broken at ${audit.firstBadSequence}: ${audit.reason}`);
  const { entries } = await inventory.audit({ after: 0, limit: 1000 });
  const revoked = entries.find(
    ({ action, subject }) => action.includes("revoke") && subject === pushed.live.id,
  );
  timeline.step("audit", `the server's audit chain of ${audit.entries} entries is intact`);
  if (revoked !== undefined) {
    timeline.detail(`#${revoked.sequence} ${revoked.at}  ${revoked.action} by ${revoked.actor}`, "quiet");
  }
  const violations = await github.violations();
  if (violations.length > 0) throw new Error(`GitHub would have refused: ${violations.join("; ")}`);
}

const firstSentence = (text: string): string => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;

async function completedCheckRun(github: PlayedGitHub): Promise<CheckRun> {
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < giveUpAfterMs) {
    const [check] = (await github.checkRuns("acme/webshop")).filter(({ status }) => status === "completed");
    if (check !== undefined) return check;
    await wait(pollEveryMs);
  }
  throw new Error("no check run was completed");
}
