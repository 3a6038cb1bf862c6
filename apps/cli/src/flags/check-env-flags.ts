import { defineFlags, type FlagValues } from "@keywarden/command-line";
import { yesFlag } from "./key-flags.ts";
import { colorFlags, reportFlags, severityFlag } from "./report-flags.ts";

export const checkEnvFlags = defineFlags({
  environment: {
    kind: "choice",
    value: "name",
    choices: ["production", "live", "prod", "staging", "development", "dev", "test", "ci"],
    summary: "the environment of files whose name does not tell",
  },
  fix: {
    kind: "choice",
    value: "rule",
    choices: {
      "secret-in-public-variable": "gives the variable a name that no bundler publishes",
      "wrong-host": "sets the host that the key goes to",
    },
    summary: "put findings of this rule right in .env files; without --yes only the plan is shown",
  },
  ...yesFlag,
  ...severityFlag,
  ...reportFlags({
    text: "for people: most severe first",
    json: "one object with findings and what was checked",
    sarif: "SARIF 2.1.0, for GitHub code scanning and editors",
    github: "annotations on the lines of a pull request, from a GitHub Actions step",
  }),
  ...colorFlags,
});
export type CheckEnvFlags = FlagValues<typeof checkEnvFlags>;
