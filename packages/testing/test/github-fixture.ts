import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT, importPKCS8 } from "jose";
import { makeRepository, makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import type {
  EmulatedRepository,
  GitHubEmulator,
  GitHubEmulatorOptions,
  TestRepository,
} from "@keywarden/testing";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What to answer; null leaves the sender waiting. */
  status: number | null;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      received.push({
        headers: request.headers,
        body,
        json: JSON.parse(body.toString()) as Received["json"],
      });
      if (receiver.status !== null) response.writeHead(receiver.status).end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github`,
    received,
    status: 202,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

export interface GitHubFixture extends AsyncDisposable {
  readonly emulator: GitHubEmulator;
  readonly repository: EmulatedRepository;
  readonly receiver: Receiver;
  /** A working repository whose `origin` is the emulated one, with rights to push. */
  readonly work: TestRepository;
  appJwt(): Promise<string>;
  token(body?: object): Promise<string>;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; null for an empty body. */
  readonly body: Readonly<Record<string, unknown>>;
}

export async function startFixture(
  options: Partial<GitHubEmulatorOptions> & { readonly objectFormat?: "sha1" | "sha256" } = {},
): Promise<GitHubFixture> {
  const { objectFormat = "sha1", ...rest } = options;
  const temporary = makeTemporaryDirectory();
  const receiver = await startReceiver();
  const emulator = await startGitHubEmulator({
    directory: temporary.path,
    webhookSecret: "not a secret",
    webhookUrl: receiver.url,
    ...rest,
  });
  const repository = await emulator.createRepository({ owner: "acme", name: "shop", objectFormat });
  const work = await makeRepository({ objectFormat });
  await work.git("remote", "add", "origin", repository.pushUrlFor("dana"));
  const now = options.clock ?? Date.now;
  const appJwt = (): Promise<string> => signJwt(emulator, { iat: -30, exp: 500 }, now());
  return {
    emulator,
    repository,
    receiver,
    work,
    appJwt,
    async token(body) {
      const path = `/app/installations/${emulator.installationId}/access_tokens`;
      const answer = await callRest(emulator, "POST", path, await appJwt(), body);
      return String(answer.body.token);
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await receiver.close();
      work[Symbol.dispose]();
      temporary.remove();
    },
  };
}

/** A JWT of the emulated app; times are seconds from now. */
export async function signJwt(
  emulator: GitHubEmulator,
  claims: { readonly iat?: number; readonly exp?: number; readonly iss?: string },
  nowMs: number,
  privateKeyPem = emulator.privateKeyPem,
): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  const { iat, exp, iss = String(emulator.appId) } = claims;
  return new SignJWT({
    iss,
    ...(iat !== undefined && { iat: now + iat }),
    ...(exp !== undefined && { exp: now + exp }),
  })
    .setProtectedHeader({ alg: "RS256" })
    .sign(await importPKCS8(privateKeyPem, "RS256"));
}

export async function callRest(
  emulator: GitHubEmulator,
  method: string,
  path: string,
  credential?: string,
  body?: unknown,
): Promise<RestAnswer> {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text === "" ? "null" : text) as RestAnswer["body"],
  };
}

/** A clone URL with an installation token in it. */
export function withToken(repository: EmulatedRepository, token: string): string {
  const url = new URL(repository.cloneUrl);
  url.username = "x-access-token";
  url.password = token;
  return url.href;
}
