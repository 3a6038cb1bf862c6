import { UsageError } from "@keywarden/command-line";
import { appConnectionFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const { config, data, format, json } = appConnectionFlags;

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "check config, files and git; with --live also GitHub, its permissions and the providers",
  usage: ["doctor --config <file> [--data <folder>] [--live]"],
  flags: {
    config,
    data,
    live: { kind: "switch", summary: "ask GitHub and the providers; nothing is changed there" },
    format,
    json,
  },
  exits: "0 all is well, 1 something is wrong, 2 could not tell.",
  examples: [["keywarden-github-app doctor --config app.json --live", "before the first start"]],
  handler: async ({ flags }, process) => {
    if (flags.config === undefined) throw new UsageError("doctor: name --config <file>.");
    const { loadAppConfig } = await import("../config.ts");
    const { diagnose } = await import("../operate/diagnose.ts");
    const findings = await diagnose(loadAppConfig(flags.config), {
      dataDirectory: flags.data,
      isLive: flags.live,
      clock: process.clock,
    });
    const text = findings.map(({ what, isWell, says }) => `${isWell ? "ok  " : "FAIL"} ${what}: ${says}\n`);
    process.print(
      flags.format === "json" ? `${JSON.stringify({ data: findings }, null, 2)}\n` : text.join(""),
    );
    return findings.every(({ isWell }) => isWell) ? 0 : 1;
  },
});
