// A server that reads a request and answers it, and nothing else: what node:http itself takes on this machine. Its
// answer is the one that it is given, so that it sends the same bytes as the server beside it.
import { createServer } from "node:http";

const { headers, body } = JSON.parse(process.env["KEYWARDEN_BENCH_ANSWER"] ?? "{}") as {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
const server = createServer((request, response) => {
  request.resume().once("end", () => {
    response.writeHead(200, headers).end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  console.log(`bare-http listening on http://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
