import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "@keywarden/key-format";
import { readyAddressOf, type RunningProgram, startProgram } from "./program.ts";

export interface GitHubAppProgram {
  readonly program: RunningProgram;
  readonly url: string;
  readonly webhookUrl: string;
  readonly configFile: string;
  /** Holds the administrator's token. */
  readonly tokenFile: string;
}

/** Writes a configuration and its secrets into `directory` and starts a `keywarden-github-app` file with it on a free port. */
export async function startGitHubApp(options: {
  readonly file: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mode: "dry-run" | "armed";
  readonly github: {
    readonly url: string;
    readonly gitUrl: string;
    readonly appId: number;
    readonly privateKeyPem: string;
    readonly webhookSecret: string;
  };
  /** Ids of the providers, each served by `keyServerUrl` below `/<id>`. */
  readonly providers: readonly string[];
  readonly keyServerUrl: string;
  /** May look keys up and revoke them. */
  readonly token: Secret;
  /** Any free one unless given. */
  readonly port?: number;
  /** How many live keys the App may revoke in ten minutes; its own default unless given. */
  readonly breaker?: number;
}): Promise<GitHubAppProgram> {
  const { directory, github } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keep = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return name;
  };
  const tokenFile = keep("management-token", `${options.token.reveal()}\n`);
  const config = {
    mode: options.mode,
    ...(options.breaker !== undefined && { breaker: { revocations: options.breaker } }),
    github: {
      apiUrl: github.url,
      gitUrl: github.gitUrl,
      appId: github.appId,
      privateKeyFile: keep("app.private-key.pem", github.privateKeyPem),
      webhookSecretFile: keep("webhook-secret", `${github.webhookSecret}\n`),
      // The emulator lists a delivery as soon as it is answered, which takes the App milliseconds.
      listsDeliveriesAfterSeconds: 0,
    },
    providers: options.providers.map((provider) => ({
      provider,
      baseUrl: `${options.keyServerUrl}/${provider}`,
      tokenFile,
    })),
  };
  const configFile = join(
    directory,
    keep("keywarden-github-app.json", `${JSON.stringify(config, null, 2)}\n`),
  );
  const data = join(directory, "data");
  const program = await startProgram({
    name: "keywarden-github-app",
    file: options.file,
    args: ["--data", data, "--port", String(options.port ?? 0), "--config", configFile],
    env: options.env,
  });
  const url = readyAddressOf(program);
  return {
    program,
    url,
    webhookUrl: `${url}/webhooks/github`,
    configFile,
    tokenFile: join(data, "bootstrap-token"),
  };
}
