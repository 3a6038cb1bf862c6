import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GitServer {
  readonly url: string;
  /** Path and Authorization of every request, in order. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves a folder of repositories over HTTP through git's own backend, to whoever sends the authorization. */
export async function serveRepositories(
  root: string,
  env: Readonly<Record<string, string>>,
  {
    authorization,
    answer,
    mostBytes = () => Infinity,
  }: {
    readonly authorization?: string;
    /** Answers instead of git when it returns true. */
    readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
    /** Cuts the connection in the middle of an answer of more bytes. */
    readonly mostBytes?: () => number;
  } = {},
): Promise<GitServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", authorization: request.headers.authorization });
    if (answer?.(request, response) === true) return;
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    serve(root, env, request, response, mostBytes());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function serve(
  root: string,
  env: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  mostBytes: number,
): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      ...env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REQUEST_METHOD: request.method ?? "GET",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => {});
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.on("close", () => {
    const output = Buffer.concat(chunks);
    const bodyAt = output.indexOf("\r\n\r\n");
    const headers = output
      .toString("latin1", 0, Math.max(bodyAt, 0))
      .split("\r\n")
      .map((line) => line.split(": ") as [string, string]);
    const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name !== "Status")),
    );
    const body = output.subarray(bodyAt + 4);
    if (body.length <= mostBytes) response.end(body);
    else response.write(body.subarray(0, mostBytes), () => response.destroy());
  });
}
