import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface Version {
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** The part of a Vault that KV version 2 is: versions, check-and-set, soft deletes, and Vault's own errors. */
export async function startVault(token: string) {
  const secrets = new Map<string, Version[]>();
  const faults: number[] = [];
  let onRead: (() => void) | null = null;

  const answer = (request: IncomingMessage, bodyText: string): readonly [number, unknown] => {
    const fault = faults.shift();
    if (fault !== undefined) return [fault, { errors: ["internal error"] }];
    if (request.headers["x-vault-token"] !== token) return [403, { errors: ["permission denied"] }];
    const path = /^\/v1\/secret\/data\/(.+)$/.exec(request.url ?? "")?.[1];
    if (path === undefined) return [404, { errors: [`no handler for route "${request.url}"`] }];
    const versions = secrets.get(path) ?? [];
    const latest = versions.at(-1);
    if (request.method === "GET") {
      onRead?.();
      if (latest === undefined) return [404, { errors: [] }];
      const body = { data: { data: latest.data, metadata: { version: versions.length, deletion_time: "" } } };
      return [latest.data === null ? 404 : 200, body];
    }
    const { options, data } = JSON.parse(bodyText) as {
      readonly options?: { readonly cas?: number };
      readonly data: Readonly<Record<string, unknown>>;
    };
    if (options?.cas !== undefined && options.cas !== versions.length) {
      return [400, { errors: ["check-and-set parameter did not match the current version"] }];
    }
    secrets.set(path, [...versions, { data }]);
    return [200, { data: { version: versions.length + 1 } }];
  };

  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const [status, body] = answer(request, text);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    read: (path: string) => secrets.get(path)?.at(-1)?.data,
    versions: (path: string) => secrets.get(path)?.length ?? 0,
    put: (path: string, data: Version["data"]) => {
      secrets.set(path, [...(secrets.get(path) ?? []), { data }]);
    },
    failNext: (status: number) => faults.push(status),
    /** Runs once, after the next read and before its answer: a second writer. */
    afterNextRead: (work: () => void) => {
      onRead = () => {
        onRead = null;
        queueMicrotask(work);
      };
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
