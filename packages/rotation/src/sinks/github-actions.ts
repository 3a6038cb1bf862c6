import type { Octokit } from "@octokit/rest";
import type { Sink, SinkContext, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";
import { toldBySink } from "./told-by-sink.ts";

/** Writes the key as a GitHub Actions secret, encrypted for GitHub before it leaves this machine. */
export const githubActions: SinkKind = {
  ...sinkForms.github,
  summary: "a GitHub Actions secret of a repository, or of one of its environments",
  credentials: "GITHUB_TOKEN or GH_TOKEN that may write secrets; GITHUB_API_URL for an Enterprise server",
  example: "github:acme/shop#API_KEY",
  open: (rest, target, context): Sink => {
    const parts = splitField(rest);
    const [owner = "", repo = "", environment, extra] = parts?.address.split("/") ?? [];
    const isAddress =
      [owner, repo].every((name) => /^[\w.-]+$/.test(name)) && extra === undefined && environment !== "";
    // GitHub's own rule: no name may begin with GITHUB_ or a digit.
    if (parts === null || !isAddress || !/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(parts.field)) {
      throw badTarget(githubActions, target);
    }
    const address = { owner, repo };
    const secrets = (octokit: Octokit) =>
      environment === undefined
        ? {
            readKey: () => octokit.actions.getRepoPublicKey(address),
            write: (sealed: SealedSecret) =>
              octokit.actions.createOrUpdateRepoSecret({ ...address, ...sealed }),
          }
        : {
            readKey: () =>
              octokit.actions.getEnvironmentPublicKey({ ...address, environment_name: environment }),
            write: (sealed: SealedSecret) =>
              octokit.actions.createOrUpdateEnvironmentSecret({
                ...address,
                environment_name: environment,
                ...sealed,
              }),
          };
    return {
      target,
      check: async () => {
        await attempt("read the public key", [], async () => secrets(await connect(context)).readKey());
      },
      deliver: async (secret) => {
        const value = secret.reveal();
        return attempt("write the secret", [value], async () => {
          const { readKey, write } = secrets(await connect(context));
          const { data } = await readKey();
          const { sealBox } = await import("./sealed-box.ts");
          const box = sealBox(Buffer.from(value, "utf8"), Buffer.from(data.key, "base64"));
          const { status } = await write({
            secret_name: parts.field,
            encrypted_value: Buffer.from(box).toString("base64"),
            key_id: data.key_id,
          });
          return `${status === 201 ? "made" : "replaced"} ${parts.field} in ${parts.address}`;
        });
      },
    };
  },
};

interface SealedSecret {
  readonly secret_name: string;
  readonly encrypted_value: string;
  readonly key_id: string;
}

async function connect({ env, fetch }: SinkContext): Promise<Octokit> {
  const token = env["GITHUB_TOKEN"] ?? env["GH_TOKEN"] ?? "";
  if (token === "")
    throw new SinkError("SINK_NOT_READY", "GITHUB_TOKEN is not set, so GitHub would not know who asks");
  const { Octokit } = await import("@octokit/rest");
  const silent = () => {};
  return new Octokit({
    auth: token,
    userAgent: "keywarden",
    baseUrl: env["GITHUB_API_URL"] ?? "https://api.github.com",
    request: { fetch, timeout: 15_000, redirect: "error" },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

const hints: Readonly<Record<number, string>> = {
  401: " (is the token still valid?)",
  403: " (the token needs write access to secrets)",
  404: " (is the name right, and may the token see the repository?)",
};

const attempt = <Result>(
  what: string,
  hidden: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> =>
  toldBySink(hidden, work, (error, words) => {
    const status = error instanceof Error && "status" in error ? Number(error.status) : 0;
    const isLimited = status === 429 || (status === 403 && /rate limit/i.test(words));
    return new SinkError(
      isLimited || status >= 500 || status === 0 ? "SINK_UNAVAILABLE" : "SINK_REFUSED",
      `GitHub did not ${what}: ${words}${isLimited ? "" : (hints[status] ?? "")}`,
    );
  });
