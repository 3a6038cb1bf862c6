import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory, ownDefinition } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { expect, test } from "vitest";
import { programOf, runBuilt } from "./run-built.ts";

const config = {
  providers: [
    {
      ...ownDefinition,
      rotation: { schedule: { every: "days", days: 30 }, graceSeconds: 60, procedure: "server-side" },
    },
  ],
};

test("a provider of the user's own: one keywarden.json for the server that issues its keys, the CLI and the terminal UI", async () => {
  using data = makeTemporaryDirectory();
  using folder = makeTemporaryDirectory();
  const file = join(folder.path, "keywarden.json");
  writeFileSync(file, JSON.stringify(config));
  const server = await startKeyServer({
    file: programOf("key-server"),
    directory: join(data.path, "keys"),
    env: process.env,
    args: ["--providers", file],
  });
  const seen: Secret[] = [];
  const run = async (app: "cli" | "tui", ...args: readonly string[]) => {
    const env = {
      ...process.env,
      KEYWARDEN_SERVER: server.url,
      KEYWARDEN_TOKEN_FILE: server.tokenFile,
      KEYWARDEN_STATE: join(data.path, "state"),
    };
    const { status, stdout, stderr } = await runBuilt(app, args, { directory: folder.path, env });
    const said = stdout + stderr;
    assertNoKey(said, [...seen, server.token]);
    return { status, said };
  };
  const keyInEnv = (): Secret => {
    const text = /^ACME_API_KEY="?([^"\n]*)/m.exec(readFileSync(join(folder.path, ".env"), "utf8"))?.[1];
    const secret = new Secret(text ?? "", "acme_live_");
    seen.push(secret);
    return secret;
  };
  const stateOf = async (secret: Secret): Promise<number> => {
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    return (await fetch(`${server.url}/acme/v1/whoami`, { headers })).status;
  };
  try {
    const where = ["--to", "env:.env#ACME_API_KEY"];
    const named = ["--provider", "acme", "--name", "billing", "--environment", "production"];
    const created = await run("cli", "keys", "create", ...named, ...where);
    expect(created).toMatchObject({ status: 0 });
    const first = keyInEnv();
    expect(first.redacted).toMatch(/^acme_live_…/);
    expect(await stateOf(first)).toBe(200);

    const listed = await run("cli", "keys", "list", "provider:acme", "--json");
    expect(listed.status).toBe(0);
    const id = /key_\w+/.exec(listed.said)?.[0] ?? "";
    const audited = await run("cli", "audit", "--format", "json");
    expect(audited.said).toContain('"acme"');

    const rotated = await run("cli", "rotate", id, ...where, "--yes", "--no-wait");
    expect([rotated.status, rotated.said]).toEqual([1, expect.stringContaining("The old key works until")]);
    const second = keyInEnv();
    expect(second.reveal()).not.toBe(first.reveal());
    expect(await stateOf(second)).toBe(200);

    const flags = ["--server", server.url, "--token-file", server.tokenFile, "--once"];
    const shown = await run("tui", ...flags);
    expect(shown).toMatchObject({ status: 0, said: expect.stringContaining("acme") as string });
  } finally {
    await server.program.stop();
  }
});
