import { CliError } from "../cli-error.ts";
import { defineCommand } from "../commands/define-command.ts";

const agents = {
  claude: "Claude Code",
  codex: "Codex",
  cursor: "Cursor",
  gemini: "Gemini CLI",
  copilot: "Copilot CLI",
};

export const guardCommand = defineCommand({
  name: "guard",
  summary: "keep keys out of coding agents: what they write, run, read and send",
  usage: [
    "guard install | uninstall --agent <name> [--user]",
    "guard status [--agent <name> [--user]]",
    "guard check --agent <name> [--event <name>] < event",
  ],
  description: [
    "check is what an agent's hook runs: it reads one event on standard input and answers in the agent's form.",
    "A key in what would be written, run or sent is refused; a key in a tool's output is masked where the agent",
    "allows it. Reading .env and key files, skipping hooks, and pushing a key are refused. An unknown event",
    "is refused and named. docs/guard.md says what each agent allows.",
  ],
  flags: {
    agent: {
      kind: "choice",
      value: "name",
      choices: agents,
      summary: "which agent; status shows all without it",
    },
    event: {
      kind: "text",
      value: "name",
      summary: "the event's name, for an agent that does not send it (copilot)",
    },
    user: { kind: "switch", summary: "your own settings for all projects, not this project's" },
  },
  actions: {
    check: {
      summary: "read one event on standard input and answer it",
      operands: { name: "operand", max: 0 },
    },
    install: { summary: "add the hooks to the agent's settings", operands: { name: "operand", max: 0 } },
    uninstall: { summary: "remove exactly these hooks", operands: { name: "operand", max: 0 } },
    status: {
      summary: "show whether the hooks are there, and prove that they refuse a key",
      operands: { name: "operand", max: 0 },
    },
  },
  exits: "0 done or answered, 1 the hooks are not there or do not fire, 2 refused or could not tell.",
  examples: [
    ["keywarden guard install --agent claude", "for everybody who works in this project"],
    ["keywarden guard status", "which agents are guarded, and do their hooks refuse a key?"],
  ],
  handler: async ({ action, flags }, terminal) => {
    if (action === "status" && flags.agent === undefined) {
      if (flags.user)
        throw new CliError("CLI_USAGE", "status without --agent looks at your own settings as well.");
      const { agentDialects } = await import("./dialects/dialects.ts");
      return (await import("./set-up-guard.ts")).listGuards(agentDialects, terminal);
    }
    const { findDialect, guard } = await import("./guard.ts");
    const dialect = await findDialect(flags.agent);
    if (action === "check") return guard(dialect, flags.event ?? null, terminal);
    const { setUpGuard } = await import("./set-up-guard.ts");
    return setUpGuard(dialect, action, { isUser: flags.user }, terminal);
  },
});
