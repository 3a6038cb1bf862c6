import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInProviders, Secret } from "@keywarden/key-format";
import { type GitHubAppProgram, type KeyServerProgram, startGitHubApp } from "@keywarden/testing/programs";
import { type PlayedGitHub, startGitHub } from "../github.ts";
import { programFile } from "../program-file.ts";
import type { Room } from "../stage.ts";
import type { Timeline } from "../timeline.ts";
import type { AppAccess } from "./start-the-server.ts";

export interface ArmedApp {
  readonly app: GitHubAppProgram;
  readonly github: PlayedGitHub;
}

/** Starts GitHub's stand-in and the App, and arms it with a token that can look keys up and revoke them, nothing more. */
export async function armTheApp(
  stage: Room,
  timeline: Timeline,
  { server, access }: { readonly server: KeyServerProgram; readonly access: AppAccess },
): Promise<ArmedApp> {
  const github = await startGitHub(stage, randomBytes(24).toString("hex"));
  const app = await startGitHubApp({
    file: programFile("github-app"),
    directory: join(stage.directory, "app"),
    env: stage.env,
    mode: "armed",
    port: access.port,
    github,
    providers: builtInProviders.map(({ id }) => id),
    keyServerUrl: server.url,
    token: await responderToken(server),
  });
  stage.keep(app.program);
  writeFileSync(access.tokenFile, `${(await readerToken(app)).reveal()}\n`, { mode: 0o600 });
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

function responderToken({ url, token }: KeyServerProgram): Promise<Secret> {
  return makeToken(url, token, { name: "github-app", role: "responder" });
}

function readerToken({ url, tokenFile }: GitHubAppProgram): Promise<Secret> {
  const administrator = new Secret(readFileSync(tokenFile, "utf8").trim());
  return makeToken(url, administrator, { name: "inventory", role: "reader" });
}

async function makeToken(
  url: string,
  by: Secret,
  wanted: { readonly name: string; readonly role: string },
): Promise<Secret> {
  const response = await fetch(`${url}/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${by.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status} to a request for a token`);
  const { token } = (await response.json()) as { readonly token: string };
  return new Secret(token);
}
