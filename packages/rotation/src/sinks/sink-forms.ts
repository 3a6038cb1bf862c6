/** How the target of each kind of sink is written, in the order of the help text; who only says so loads no sink. */
export const sinkForms = {
  env: { scheme: "env", syntax: "<file>#<NAME>" },
  github: { scheme: "github", syntax: "<owner>/<repository>[/<environment>]#<NAME>" },
  vault: { scheme: "vault", syntax: "<mount>/<path>#<field>" },
  kubernetes: { scheme: "kubernetes", syntax: "<namespace>/<secret>#<entry>[!force]" },
  aws: { scheme: "aws", syntax: "<secret name or ARN>[#<field>]" },
  gcp: { scheme: "gcp", syntax: "<project>/<secret>[#<field>]" },
  command: { scheme: "command", syntax: "<command line>" },
} as const;
