import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { gitEnvironment } from "./git-process.ts";
import type { Transfer } from "./transfer.ts";

export interface CgiRequest {
  /** Holds the bare repositories. */
  readonly root: string;
  /** Path below the root, `/owner/name.git/info/refs`. */
  readonly pathInfo: string;
  readonly query: string;
  /** Whoever may push; null for a reader, to whom git refuses receive-pack. */
  readonly remoteUser: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly transfer: Transfer;
}

/** Answers one smart HTTP request with `git http-backend` and resolves when git has ended. */
export async function serveWithHttpBackend(
  request: IncomingMessage,
  response: ServerResponse,
  cgi: CgiRequest,
): Promise<void> {
  const child = spawn("git", ["http-backend"], { env: environmentOf(request, cgi), windowsHide: true });
  const ended = Promise.withResolvers<void>();
  child.once("error", ended.reject);
  child.once("close", () => ended.resolve());
  response.once("close", () => {
    if (!response.writableFinished) child.kill();
  });
  child.stderr.resume();
  // Either end may hang up early: git when it refuses, the client when it is interrupted.
  const sent = pipeline(request, child.stdin).catch(() => undefined);
  const answered = relayAnswer(child.stdout, response, cgi.transfer).catch(() => response.destroy());
  await Promise.all([ended.promise, answered]);
  request.unpipe();
  request.resume();
  await sent;
}

function environmentOf(request: IncomingMessage, cgi: CgiRequest): Record<string, string> {
  const { headers } = request;
  const optional = {
    CONTENT_LENGTH: headers["content-length"],
    CONTENT_TYPE: headers["content-type"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    HTTP_GIT_PROTOCOL: protocolOf(request),
    GIT_PROTOCOL: protocolOf(request),
    REMOTE_USER: cgi.remoteUser ?? undefined,
  };
  return {
    ...gitEnvironment(cgi.root),
    ...cgi.environment,
    GIT_PROJECT_ROOT: cgi.root,
    GIT_HTTP_EXPORT_ALL: "1",
    GATEWAY_INTERFACE: "CGI/1.1",
    REQUEST_METHOD: request.method ?? "GET",
    REMOTE_ADDR: request.socket.remoteAddress ?? "",
    PATH_INFO: cgi.pathInfo,
    QUERY_STRING: cgi.query,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function protocolOf(request: IncomingMessage): string | undefined {
  const header = request.headers["git-protocol"];
  return Array.isArray(header) ? header.join(":") : header;
}

async function relayAnswer(
  output: AsyncIterable<Buffer>,
  response: ServerResponse,
  transfer: Transfer,
): Promise<void> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of output) {
    let body = chunk;
    if (head !== null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) continue;
      body = head.subarray(end + 4);
      writeHead(head.subarray(0, end).toString(), response);
      head = null;
    }
    const admitted = await transfer.admit(body);
    if (admitted.chunk.length > 0 && !response.write(admitted.chunk)) await drained(response);
    if (admitted.verdict === "cut") {
      await hangUp(response);
      throw new Error("the connection is to be cut");
    }
    if (admitted.verdict === "stall") await closed(response);
  }
  if (head !== null) response.writeHead(500);
  response.end();
}

function writeHead(text: string, response: ServerResponse): void {
  const fields = text.split("\r\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const status = fields.find(([name]) => name === "status")?.[1] ?? "200";
  for (const [name, value] of fields) if (name !== "status") response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10));
}

/** What was written arrives first: curl silently repeats a request whose connection died before the first byte. */
async function hangUp(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  response.socket?.end();
  await closed(response);
}

async function closed(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, "close");
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("drain", resolve);
  response.once("close", resolve);
  await promise;
  response.off("drain", resolve);
  response.off("close", resolve);
}
