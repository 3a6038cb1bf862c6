import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeRepository, makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import type { EmulatedRepository, GitHubEmulator, TestRepository } from "@keywarden/testing";
import { readyAddressOf, startGitHubApp, startKeyServer, startProgram } from "@keywarden/testing/programs";
import type { GitHubAppProgram, KeyServerProgram, RunningProgram } from "@keywarden/testing/programs";
import { programs } from "../programs.ts";

export const webhookSecret = "bench";

/** GitHub, a key server, the built App and a developer's clone, all on loopback. */
export interface World extends AsyncDisposable {
  readonly directory: string;
  readonly github: GitHubEmulator;
  readonly server: KeyServerProgram;
  readonly remote: EmulatedRepository;
  readonly work: TestRepository;
  app: GitHubAppProgram;
  /** Starts the App again over the same data. */
  startApp(): Promise<GitHubAppProgram>;
  issueKey(): Promise<Secret>;
  /** Starts one of the scripts beside this file. */
  startBare(name: "bare-receiver" | "bare-revoker", ...args: readonly string[]): Promise<BareProgram>;
}

export interface BareProgram {
  readonly program: RunningProgram;
  readonly url: string;
}

export async function startWorld(): Promise<World> {
  const temporary = makeTemporaryDirectory();
  const work = await makeRepository();
  const github = await startGitHubEmulator({ directory: temporary.path, webhookSecret });
  const server = await startKeyServer({
    file: programs.keyServer,
    directory: join(temporary.path, "server"),
    env: process.env,
  });
  const startApp = () =>
    startGitHubApp({
      file: programs.githubApp,
      directory: join(temporary.path, "app"),
      env: process.env,
      mode: "armed",
      github,
      providers: ["aforo"],
      keyServerUrl: server.url,
      token: server.token,
      breaker: 10_000,
    });
  const remote = await github.createRepository({ owner: "acme", name: "webshop" });
  await work.git("remote", "add", "origin", remote.pushUrlFor("dana"));
  work.write("README.md", "a shop\n");
  await work.commit("base");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  const baseUrl = `${server.url}/aforo`;
  const client = makeManagementClient({ dialect: "aforo", baseUrl, token: server.token });
  let issued = 0;
  const world: World = {
    directory: temporary.path,
    github,
    server,
    remote,
    work,
    app: await startApp(),
    startApp,
    async issueKey() {
      const name = `push ${(issued += 1)}`;
      return (await client.create({ name, kind: "secret", environment: "production" })).secret;
    },
    async startBare(name, ...args) {
      const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
      const program = await startProgram({ name, file, args, env: process.env });
      return { program, url: `${readyAddressOf(program)}/webhooks/github` };
    },
    async [Symbol.asyncDispose]() {
      await world.app.program.stop();
      await server.program.stop();
      await github.close();
      work.remove();
      temporary.remove();
    },
  };
  return world;
}

/** How long a key may go on working before nobody waits for it any more, unless it is said otherwise. */
export const patienceMs = 60_000;

/** Asks every 5 ms until a key is refused, and gives how long that took; all of that time when it was not refused. */
export async function untilRefused(
  { server }: Pick<World, "server">,
  key: Secret,
  waitedForMs = patienceMs,
): Promise<number> {
  const startedAtMs = performance.now();
  const headers = { authorization: `Bearer ${key.reveal()}` };
  while (performance.now() - startedAtMs < waitedForMs) {
    const response = await fetch(`${server.url}/aforo/v1/entitlements/cust_1`, { headers });
    await response.body?.cancel();
    if (response.status === 401) return performance.now() - startedAtMs;
    await wait(5);
  }
  return waitedForMs;
}
