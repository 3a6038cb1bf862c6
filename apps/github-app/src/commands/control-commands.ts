import { appConnectionFlags } from "../options.ts";
import type { Status } from "../operate/control-operations.ts";
import { renderExposures, sayReplacement } from "../operate/render-exposures.ts";
import { sayBreaker } from "../operate/say-breaker.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

const exits = "0 done, 2 could not do it.";

const status = defineCommand({
  name: "status",
  summary: "show mode, kill switch, circuit breaker, decisions and failures",
  usage: ["status [flags]"],
  flags: appConnectionFlags,
  exits: "0 all is well, 1 something is held or fails, 2 could not tell.",
  handler: async ({ flags }, process) => {
    const { decisions, failing, replacements } = await askAndPrint(
      flags,
      process,
      (app) => app.call("status", {}),
      renderStatus,
    );
    return failing.length + replacements.stuck.length > 0 || (decisions["held"] ?? 0) > 0 ? 1 : 0;
  },
});

const turn = (name: "hold" | "resume", summary: string) =>
  defineCommand({
    name,
    summary,
    usage: [`${name} [flags]`],
    flags: appConnectionFlags,
    exits,
    handler: async ({ flags }, process) => {
      await askAndPrint(flags, process, (app) => app.call(name, {}), renderStatus);
      return 0;
    },
  });

const hold = turn("hold", "turn the kill switch on: revocations are held, not carried out");
const resume = turn("resume", "turn the kill switch off; held revocations still wait for an approval");

const arm = defineCommand({
  name: "arm",
  summary: "arm the App, or show what it would revoke now",
  usage: ["arm --preview [flags]", "arm [flags]", "arm --off [flags]"],
  description: [
    "Overrules the mode of the config, for every process that shares the storage, under your name. What was found",
    "in dry-run is decided again at once: look at `arm --preview` first.",
  ],
  flags: {
    ...appConnectionFlags,
    preview: { kind: "switch", summary: "list what arming would revoke now, and change nothing" },
    off: { kind: "switch", summary: "back to dry-run" },
  },
  exits: "0 done, or nothing would be revoked; 1 --preview lists keys; 2 could not tell.",
  handler: async ({ flags }, process) => {
    if (flags.preview) {
      const { data } = await askAndPrint(
        flags,
        process,
        (app) => app.call("previewArming", {}),
        (answer) =>
          answer.data.length === 0
            ? "arming would revoke nothing now\n"
            : `${renderExposures(answer.data)}arming revokes ${answer.data.length === 1 ? "this key" : "these keys"} at once, as far as kill switch and breaker let it: status\n`,
      );
      return data.length === 0 ? 0 : 1;
    }
    const mode = flags.off ? "dry-run" : "armed";
    await askAndPrint(
      flags,
      process,
      (app) => app.call("arm", { mode }),
      (answer) => `the App is ${answer.mode === "armed" ? "armed" : "in dry-run"} now\n`,
    );
    return 0;
  },
});

const verifyAudit = defineCommand({
  name: "verify-audit",
  summary: "verify that the audit was not changed",
  usage: ["verify-audit [flags]"],
  flags: appConnectionFlags,
  exits: "0 the audit is intact, 1 it was changed, 2 could not tell.",
  handler: async ({ flags }, process) => {
    const { ok } = await askAndPrint(
      flags,
      process,
      (app) => app.call("verifyAudit", {}),
      (answer) =>
        answer.ok
          ? `the audit is intact: ${answer.entries} entries, the last is ${answer.head.hash}\n`
          : `the audit was changed at entry ${answer.firstBadSequence}: ${answer.reason}\n`,
    );
    return ok ? 0 : 1;
  },
});

function renderStatus({ mode, killSwitch, breaker, decisions, replacements, jobs, failing }: Status): string {
  const counts = (all: Readonly<Record<string, number>>): string =>
    Object.entries(all)
      .filter(([, count]) => count > 0)
      .map(([state, count]) => `${count} ${state}`)
      .join(", ") || "none";
  const { isOn, by, since } = killSwitch;
  const set = by === null || since === null ? "" : ` (by ${by} since ${since})`;
  const rows: readonly (readonly [string, string])[] = [
    ["mode", mode],
    ["kill switch", isOn ? `on${set}: nothing is revoked` : "off"],
    ["breaker", sayBreaker(breaker)],
    ["decisions", counts(decisions)],
    ...((decisions["held"] ?? 0) > 0
      ? [
          [
            "",
            "what is held waits for a person: list --state held, then approve <id> or reject <id>",
          ] as const,
        ]
      : []),
    ["successors", counts(replacements.counts)],
    ...replacements.stuck.map((one): readonly [string, string] => [
      "",
      `${one.provider} ${one.keyId}: ${sayReplacement(one)}`,
    ]),
    ["jobs", counts(jobs)],
    ["failing", failing.length === 0 ? "nothing" : failing.join(", ")],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join("");
}

export const controlCommands = [status, hold, resume, arm, verifyAudit];
