// A server that reads a request and answers it, and nothing else: what node:http itself takes on this machine.
import { createServer } from "node:http";

const body = JSON.stringify({
  valid: true,
  key: { id: "key_1", provider: "aforo", kind: "secret" },
  rateLimits: [],
});
const server = createServer((request, response) => {
  request.resume().once("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  console.log(`bare-http listening on http://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
