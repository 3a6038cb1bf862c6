import { once } from "node:events";
import { connect } from "node:net";

export interface Driven {
  /** One per request, in the order of the answers. */
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}

/** What the wire carries for one request. */
export function requestBytes(request: {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly bearer: string;
  readonly body?: string;
}): Buffer {
  const { method, path, bearer, body } = request;
  const entity =
    body === undefined
      ? []
      : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, "host: bench", `authorization: Bearer ${bearer}`, ...entity];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

/**
 * Sends `count` requests, in turn those given, over connections that each wait for one answer before the next request.
 * It reads no more of an answer than its status and length, so that it takes little of the processors that it shares
 * with the server.
 *
 * @throws Error for the first answer that is not 200
 */
export async function drive(options: {
  readonly url: string;
  readonly connections: number;
  readonly count: number;
  readonly requestAt: (index: number) => Buffer;
}): Promise<Driven> {
  const { hostname, port } = new URL(options.url);
  const latenciesMs: number[] = [];
  let next = 0;

  const work = async (): Promise<void> => {
    const socket = connect(Number(port), hostname).setNoDelay(true);
    await once(socket, "connect");
    try {
      await new Promise<void>((resolve, reject) => {
        let startedAtMs = 0;
        let pending: Buffer | null = null;
        const send = (): void => {
          if (next >= options.count) return resolve();
          const request = options.requestAt(next);
          next += 1;
          startedAtMs = performance.now();
          socket.write(request);
        };
        socket.on("data", (chunk) => {
          const answer: Buffer = pending === null ? chunk : Buffer.concat([pending, chunk]);
          const head = readHead(answer);
          pending = answer;
          if (head === null || answer.length < head.endsAt) return;
          pending = null;
          if (head.status !== 200) return reject(new Error(`answered ${head.status}`));
          latenciesMs.push(performance.now() - startedAtMs);
          send();
        });
        socket.on("error", reject);
        socket.on("close", () => reject(new Error("the server closed the connection")));
        send();
      });
    } finally {
      socket.destroy();
    }
  };

  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: options.connections }, work));
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

function readHead(answer: Buffer): { readonly status: number; readonly endsAt: number } | null {
  const end = answer.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const text = answer.toString("latin1", 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (length === undefined) throw new Error("an answer without Content-Length");
  return { status: Number(text.slice(9, 12)), endsAt: end + 4 + Number(length) };
}
