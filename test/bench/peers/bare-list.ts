// A server that selects a page of keys and answers it as JSON, and nothing else: `bare-list.ts <database file>`.
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(process.argv[2] ?? "", { readOnly: true });
database.exec("PRAGMA cache_size = -2000");
const secret = (name: string): string =>
  [
    "sha256",
    "prefix",
    "last_four",
    "created_at_ms",
    "created_by",
    "not_before_ms",
    "valid_until_ms",
    "revoked_at_ms",
  ]
    .map((column) => `${name}.${column} AS ${name}_${column}`)
    .join(", ");
const select = (where: string): string => `
  SELECT k.*, ${secret("c")}, ${secret("p")} FROM keys AS k
  JOIN secrets AS c ON c.key_id = k.id AND c.generation = k.generation
  LEFT JOIN secrets AS p ON p.key_id = k.id AND p.generation = k.generation - 1
  WHERE k.id IN (SELECT id FROM keys ${where} ORDER BY created_at_ms, id LIMIT 101)
  ORDER BY k.created_at_ms, k.id`;
const first = database.prepare(select(""));
const later = database.prepare(select("WHERE (created_at_ms, id) > (?, ?)"));

const server = createServer((request, response) => {
  const query = new URL(request.url ?? "", "http://bare").searchParams;
  const after = query.get("after")?.split(",");
  const rows = after === undefined ? first.all() : later.all(Number(after[0]), after[1] ?? "");
  const body = JSON.stringify({ keys: rows.slice(0, 100) });
  response
    .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    .end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  console.log(`bare-list listening on http://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
