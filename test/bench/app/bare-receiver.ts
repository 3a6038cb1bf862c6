// The floor of an acknowledgement: node:http, one HMAC, one insert that is on the disk. Started by acknowledgement.ts.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

const [secret = "", file = ""] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
database.exec("CREATE TABLE deliveries (guid TEXT PRIMARY KEY, body TEXT NOT NULL)");
const insert = database.prepare("INSERT OR IGNORE INTO deliveries VALUES (?, ?)");

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const expected = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const given = Buffer.from(String(request.headers["x-hub-signature-256"]));
    const isRight = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
    if (isRight) insert.run(String(request.headers["x-github-delivery"]), body.toString());
    response.writeHead(isRight ? 202 : 401, { "content-type": "application/json" }).end("{}");
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`bare receiver listening on http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
