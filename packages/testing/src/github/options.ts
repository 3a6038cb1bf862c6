import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { GitHubEmulatorOptions } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";

const flags = {
  directory: {
    type: "string",
    value: "<dir>",
    help: "existing directory for the bare repositories (required)",
  },
  port: { type: "string", value: "<n>", help: "port on 127.0.0.1; 0, the default, takes a free one" },
  "webhook-secret-file": {
    type: "string",
    value: "<file>",
    help: "file that holds the webhook secret (required)",
  },
  "webhook-url": { type: "string", value: "<url>", help: "where events go; none are sent without it" },
  help: { type: "boolean", value: "", help: "show this text" },
} as const;

export const usage = `github-emulator: a GitHub on loopback, for tests and for the showcase

usage: node main.ts --directory <dir> --webhook-secret-file <file> [--port <n>] [--webhook-url <url>]

${Object.entries(flags)
  .map(([name, { value, help }]) => `  ${`--${name} ${value}`.padEnd(30)} ${help}`)
  .join("\n")}

Prints one line of JSON when it accepts connections, and stops on SIGTERM or SIGINT.
`;

/** Reads the command line; null when it asks for help. */
export function parseOptions(args: readonly string[]): GitHubEmulatorOptions | null {
  const { directory, port, help, ...rest } = valuesOf(args);
  if (help === true) return null;
  const secretFile = rest["webhook-secret-file"];
  const webhookUrl = rest["webhook-url"];
  if (directory === undefined || secretFile === undefined) {
    throw new GitHubEmulatorError(
      "EMULATOR_OPTION",
      "--directory and --webhook-secret-file are required; see --help",
    );
  }
  if (port !== undefined && !(/^\d{1,5}$/u.test(port) && Number(port) < 65_536)) {
    throw new GitHubEmulatorError("EMULATOR_OPTION", `--port ${port} is not a port: use 0 to 65535`);
  }
  if (webhookUrl !== undefined && !URL.canParse(webhookUrl)) {
    throw new GitHubEmulatorError("EMULATOR_OPTION", `--webhook-url ${webhookUrl} is not a URL`);
  }
  return {
    directory,
    webhookSecret: readSecret(secretFile),
    ...(port !== undefined && { port: Number(port) }),
    ...(webhookUrl !== undefined && { webhookUrl }),
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GitHubEmulatorError("EMULATOR_OPTION", `${reason}; see --help`, { cause });
  }
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new GitHubEmulatorError("EMULATOR_OPTION", `--webhook-secret-file ${file} cannot be read`, {
      cause,
    });
  }
}
