import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { builtInProviders, Secret } from "@keywarden/key-format";
import { issuedTokenSchema } from "@keywarden/management";
import { type GitHubAppProgram, type KeyServerProgram, startGitHubApp } from "@keywarden/testing/programs";
import { type GitHub, startGitHub } from "../github.ts";
import { programFile } from "../program-file.ts";
import type { Stage } from "../stage.ts";
import type { Timeline } from "../timeline.ts";

export interface ArmedApp {
  readonly app: GitHubAppProgram;
  readonly github: GitHub;
}

/** Starts GitHub's stand-in and the App, and arms it with a token that can look keys up and revoke them, nothing more. */
export async function armTheApp(
  stage: Stage,
  timeline: Timeline,
  server: KeyServerProgram,
): Promise<ArmedApp> {
  const github = await startGitHub(stage, randomBytes(24).toString("hex"));
  const app = await startGitHubApp({
    file: programFile("github-app"),
    directory: join(stage.directory, "app"),
    env: stage.env,
    mode: "armed",
    github,
    providers: builtInProviders.map(({ id }) => id),
    keyServerUrl: server.url,
    token: await responderToken(server),
  });
  stage.keep(app.program);
  await github.sendWebhooksTo(app.webhookUrl);
  timeline.step("app", `keywarden-github-app is armed: ${app.url}`);
  timeline.detail("its token may look keys up and revoke them, and nothing else", "quiet");
  timeline.detail(
    `GitHub is played by an emulator at ${github.url}: real repositories, signed webhooks,`,
    "quiet",
  );
  timeline.detail("every message checked against GitHub's published API description", "quiet");
  return { app, github };
}

async function responderToken(server: KeyServerProgram): Promise<Secret> {
  const response = await fetch(`${server.url}/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "github-app", role: "responder" }),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status} to a request for a token`);
  return new Secret(issuedTokenSchema.parse(await response.json()).token);
}
