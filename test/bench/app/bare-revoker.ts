// The floor of push to revoked: a script that does the same work and nothing else. Started by push.ts.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { sha256 } from "@keywarden/testing";

const [secret = "", mirror = "", remote = "", baseUrl = "", token = ""] = process.argv.slice(2);
execFileSync("git", ["init", "--quiet", "--bare", mirror]);
const client = makeManagementClient({ dialect: "aforo", baseUrl, token: new Secret(token) });
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", mirror, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

async function revoke(body: Buffer): Promise<void> {
  const { after } = JSON.parse(body.toString()) as { readonly after: string };
  git("fetch", "--quiet", remote, "+refs/heads/*:refs/heads/*");
  for (const text of new Set(git("show", "--format=", after).match(/sk_live_[A-Za-z0-9]{40}/gu))) {
    const answer = await client.lookup(sha256(text));
    if (answer.found && answer.key.state === "active") await client.revoke(answer.key.id);
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const expected = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const isRight = request.headers["x-hub-signature-256"] === expected;
    response.writeHead(isRight ? 202 : 401).end("{}");
    if (isRight) void revoke(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`bare revoker listening on http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
