import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";

export interface ScriptedServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
}

/** A real HTTP server on loopback that does what the listener says and remembers what it was asked. */
export async function startScriptedServer(listener: RequestListener): Promise<ScriptedServer> {
  const requests: ScriptedServer["requests"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
