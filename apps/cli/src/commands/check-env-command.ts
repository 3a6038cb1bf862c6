import { checkEnvFlags } from "../flags/check-env-flags.ts";
import { defineCommand } from "./define-command.ts";

export const checkEnvCommand = defineCommand({
  name: "check-env",
  summary: "find misplaced keys: in the environment, .env files, CI settings",
  usage: [
    "check-env",
    "check-env [file or folder ...]",
    "check-env --fix <rule> [file or folder ...] [--yes]",
  ],
  description: [
    "Reads the environment of this process, .env files, GitHub, GitLab and CircleCI settings, compose files",
    "and Kubernetes manifests. Finds a live key in development or CI, a test key in",
    "production, a key beside a tenant or host of another environment, a secret in a variable that bundlers",
    "publish, one key for several services, and .env files that git tracks or others can read. The",
    "environment comes from the file name, --environment, NODE_ENV and similar, or CI; a plain .env is for",
    "development. Name files or folders to read only these. Keys are always redacted.",
  ],
  operands: { name: "file or folder", isPath: true },
  flags: checkEnvFlags,
  exits: "0 nothing found, 1 findings, 2 a file could not be checked.",
  examples: [
    ["keywarden check-env", "this shell's environment, and every file below this folder"],
    ["keywarden check-env --environment production", "in a deployment, before the program starts"],
    ["keywarden check-env .env services/billing", "a file and a folder"],
    ["keywarden check-env --format github", "in a workflow"],
  ],
  handler: async (call, terminal) => (await import("./check-env.ts")).checkEnv(call, terminal),
});
