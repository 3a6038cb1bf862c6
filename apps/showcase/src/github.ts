import { readFileSync, writeFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { startProgram } from "@keywarden/testing/programs";
import type { Room } from "./stage.ts";

/** The part that cannot run here, played by the emulator in a process of its own. */
export interface PlayedGitHub {
  readonly url: string;
  readonly gitUrl: string;
  readonly appId: number;
  readonly privateKeyPem: string;
  readonly webhookSecret: string;
  createRepository(owner: string, name: string, user: string): Promise<{ readonly pushUrl: string }>;
  sendWebhooksTo(url: string): Promise<void>;
  checkRuns(fullName: string): Promise<readonly CheckRun[]>;
  /** Requests and answers that break GitHub's published description. */
  violations(): Promise<readonly string[]>;
}

export interface CheckRun {
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null };
  readonly annotations: readonly {
    readonly path: string;
    readonly start_line: number;
    readonly message: string | null;
  }[];
}

const emulatorFile = createRequire(import.meta.url).resolve("@keywarden/testing/github-emulator");

export async function startGitHub(stage: Room, webhookSecret: string): Promise<PlayedGitHub> {
  const directory = join(stage.directory, "github");
  mkdirSync(directory);
  const secretFile = join(stage.directory, "webhook-secret");
  writeFileSync(secretFile, webhookSecret, { mode: 0o600 });
  const program = await startProgram({
    name: "the GitHub emulator",
    file: emulatorFile,
    args: ["--directory", directory, "--webhook-secret-file", secretFile],
    env: stage.env,
  });
  stage.keep(program);
  const { url, gitUrl, appId, privateKeyFile } = JSON.parse(program.readyLine) as {
    readonly url: string;
    readonly gitUrl: string;
    readonly appId: number;
    readonly privateKeyFile: string;
  };
  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}/_emulator/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    if (!response.ok)
      throw new Error(`the GitHub emulator answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  return {
    url,
    gitUrl,
    appId,
    privateKeyPem: readFileSync(privateKeyFile, "utf8"),
    webhookSecret,
    createRepository: async (owner, name, user) =>
      (await control("POST", "repositories", { owner, name, user })) as { readonly pushUrl: string },
    sendWebhooksTo: async (webhookUrl) => void (await control("PUT", "webhook", { url: webhookUrl })),
    checkRuns: async (fullName) =>
      (await control("GET", `repositories/${fullName}/check-runs`)) as readonly CheckRun[],
    violations: async () => (await control("GET", "violations")) as readonly string[],
  };
}
