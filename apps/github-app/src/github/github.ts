import { createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import type { AppConfig } from "../config.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { makeAppQuestions } from "./app-questions.ts";
import type { AppQuestions } from "./app-questions.ts";
import { findNewName } from "./find-new-name.ts";
import { githubFailure } from "./github-failure.ts";
import { permissions, permissionsForConfig } from "./needs.ts";

/** What the App asks of GitHub. Every address comes from the config, none from a payload. */
export interface GitHub extends AppQuestions {
  /** Names the GitHub in the App's own records. */
  readonly host: string;
  cloneUrl(repository: RepositoryAddress): string;
  /** Authorization header for reading one repository with git. */
  gitAuthorization(repository: RepositoryAddress): Promise<string>;
  /** A client that may write check runs of one repository and nothing else. */
  checksClient(repository: RepositoryAddress): Octokit;
  /** A client that may write issues of one repository and nothing else. */
  issuesClient(repository: RepositoryAddress): Octokit;
  /** Gives the name to which git is sent on from an earlier one, on this GitHub; `null` when it is not. */
  findNewName(
    repository: RepositoryAddress,
  ): Promise<{ readonly owner: string; readonly name: string } | null>;
  /** Asks for the app itself. @throws {@link AppError} GITHUB_… when GitHub does not answer, or not to this app */
  describeApp(): Promise<AppFacts>;
}

/** What GitHub says of the app that the private key belongs to. */
export interface AppFacts {
  readonly name: string;
  readonly permissions: Readonly<Record<string, string | undefined>>;
  readonly events: readonly string[];
  /** GitHub's clock; null when the answer had none. */
  readonly dateMs: number | null;
}

const AppOctokit = Octokit.plugin(throttling, retry);
const requestTimeoutMs = 15_000;

export function makeGitHub(config: AppConfig["github"], clock: () => number): GitHub {
  const { apiUrl, gitUrl, appId, privateKey } = config;
  const limited = {
    request: (url: string | URL | Request, init?: RequestInit) =>
      // A redirect would carry the token to wherever it points.
      fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(requestTimeoutMs) }),
  };
  const bare = new Octokit({
    baseUrl: apiUrl,
    userAgent: "keywarden-github-app",
    request: { fetch: limited.request },
    log: silent,
  });
  // One instance for this host and app: its cache of tokens knows neither.
  const authenticate = createAppAuth({
    appId,
    privateKey: privateKey.reveal(),
    request: bare.request,
    log: silent,
  });

  const tokenFor = async (repository: RepositoryAddress, wanted: Record<string, string>): Promise<string> => {
    try {
      const { token } = await authenticate({
        type: "installation",
        installationId: repository.installationId,
        repositoryIds: [repository.id],
        permissions: wanted,
      });
      return token;
    } catch (error) {
      throw githubFailure(error, `get a token for installation ${repository.installationId}`, clock());
    }
  };

  const clientFor = (repository: RepositoryAddress, wanted: Record<string, string>): Octokit => {
    const octokit = new AppOctokit({
      baseUrl: apiUrl,
      userAgent: "keywarden-github-app",
      log: silent,
      request: { fetch: limited.request },
      // Shared by default between all installations, so one busy organisation would slow down every other.
      throttle: {
        id: String(repository.installationId),
        // The plugin would sleep up to an hour with a job in its hands; the queue waits better.
        onRateLimit: () => false,
        onSecondaryRateLimit: () => false,
      },
      // Writes are repeated by the job, which knows how far it got.
      retry: { retries: 1, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    });
    octokit.hook.before("request", async (options) => {
      options.headers.authorization = `token ${await tokenFor(repository, wanted)}`;
      if (options.method !== "GET") options.request = { ...options.request, retries: 0 };
    });
    return octokit;
  };

  return {
    host: new URL(apiUrl).host,
    cloneUrl: ({ owner, name }) => `${gitUrl}/${owner}/${name}.git`,
    gitAuthorization: async (repository) => {
      const token = await tokenFor(repository, granted("contents"));
      return `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    },
    checksClient: (repository) => clientFor(repository, granted("checks")),
    issuesClient: (repository) => clientFor(repository, permissionsForConfig),
    ...makeAppQuestions({
      request: bare.request,
      clock,
      asApp: async () => (await authenticate({ type: "app" })).token,
      asInstallation: async (installationId) =>
        (await authenticate({ type: "installation", installationId, permissions: granted("metadata") }))
          .token,
    }),
    findNewName: (repository) => findNewName(gitUrl, repository),
    async describeApp() {
      try {
        const { token } = await authenticate({ type: "app" });
        const headers = { authorization: `bearer ${token}` };
        const answer = await bare.request("GET /app", { headers });
        const { name = "", permissions: held = {}, events = [] } = answer.data ?? {};
        const dateMs = Date.parse(answer.headers.date ?? "");
        return { name, permissions: held, events, dateMs: Number.isNaN(dateMs) ? null : dateMs };
      } catch (error) {
        throw githubFailure(error, "ask for the app", clock());
      }
    },
  };
}

function granted(name: keyof typeof permissions): Record<string, string> {
  return { [name]: permissions[name] };
}

// Octokit's own logger prints requests with their parameters.
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
