import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShell, type Shell } from "./shell.ts";
import { programOf } from "./run-built.ts";

let data: TemporaryDirectory;
let server: KeyServerProgram;
let folder: string;
let shell: Shell;
let stranger: Shell;
beforeAll(async () => {
  data = makeTemporaryDirectory();
  folder = join(data.path, "it's a folder");
  mkdirSync(folder);
  server = await startKeyServer({
    file: programOf("key-server"),
    directory: join(data.path, "keys"),
    env: process.env,
  });
  const plain = { CI: undefined, NODE_ENV: undefined };
  shell = makeShell(data.path, {
    ...plain,
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
  });
  stranger = makeShell(data.path, {
    ...plain,
    KEYWARDEN_SERVER: undefined,
    KEYWARDEN_TOKEN_FILE: undefined,
    KEYWARDEN_PASSPHRASE: "four words that nobody says",
    DBUS_SESSION_BUS_ADDRESS: undefined,
  });
});
afterAll(async () => {
  await server.program.stop();
  data.remove();
});

/** Gives the command in a text, which has to be there. */
function printedIn(text: string, pattern: RegExp): string {
  const command = pattern.exec(text)?.[1];
  if (command === undefined) throw new Error(`no command in: ${text}`);
  return command;
}

async function createKey(name: string): Promise<string> {
  const made = await shell(
    `keywarden keys create --provider aforo --name ${name} --environment sandbox --to env:${name}.env#KEY`,
    folder,
  );
  expect(made).toMatchObject({ status: 0 });
  return printedIn(made.stdout + made.stderr, /\((key_\w+)\)/);
}

describe("a command that is printed about a server, run as it is printed", () => {
  test("logs in where there is no login", async () => {
    const asked = `keywarden keys list --server ${server.url}`;
    const { status, stderr } = await stranger(asked, folder);
    expect(status).toBe(2);
    const login = printedIn(stderr, /: (keywarden login --server \S+),/);
    // A person is asked for the token; without a terminal it comes from a file.
    const done = await stranger(`${login} --token-file ${server.tokenFile}`, folder);
    expect(done).toMatchObject({ status: 0 });
    expect(await stranger(asked, folder)).toMatchObject({ status: 0 });
  });

  test("enables a key again", async () => {
    const id = await createKey("disabled");
    const shown = await shell(`keywarden keys disable ${id}`, folder);
    const sure = /^ {2}(keywarden keys disable .*)$/m.exec(shown.stdout)?.[1];
    const { stdout } = sure === undefined ? shown : await shell(sure, folder);
    const enable = printedIn(stdout, /run (keywarden keys enable .*?)\.?$/m);
    expect(await shell(enable, folder)).toMatchObject({ status: 0 });
    // What a notice of the server names.
    expect(await shell(`keywarden log --key ${id}`, folder)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(id),
    });
    expect((await shell(`keywarden keys show ${id} --json`, folder)).stdout).toContain('"state":"active"');
  });

  test("shows how far a rotation is, continues it and drops it", async () => {
    const id = await createKey("rotated");
    const first = await shell(
      `keywarden rotate ${id} --to env:rotated.env#KEY --grace 5 --no-wait --yes`,
      folder,
    );
    const resume = printedIn(first.stdout, /run: (keywarden rotate --resume \w+)$/m);
    expect(await shell("keywarden rotate --list", folder)).toMatchObject({ status: 1 });
    expect(await shell(resume, folder)).toMatchObject({ status: 0 });
    expect(await shell("keywarden rotate --list", folder)).toMatchObject({ status: 0 });
  });

  test("takes a token away, and a key", async () => {
    const id = await createKey("ended");
    const planned = await shell(`keywarden revoke ${id}`, folder);
    expect(await shell(printedIn(planned.stdout, /^ {2}(keywarden revoke .*)$/m), folder)).toMatchObject({
      status: 0,
    });
    const token = await shell("keywarden tokens create --name x --role reader --output x.token", folder);
    expect(token).toMatchObject({ status: 0 });
    const tokenId = printedIn(token.stdout + token.stderr, /\b(tok_\w+)/);
    const plan = await shell(`keywarden tokens revoke ${tokenId}`, folder);
    expect(await shell(printedIn(plan.stdout, /^ {2}(keywarden tokens revoke .*)$/m), folder)).toMatchObject({
      status: 0,
    });
  });

  test("verifies the audit chain of a server that is stopped", async () => {
    const own = join(data.path, "it's stopped");
    const other = await startKeyServer({ file: programOf("key-server"), directory: own, env: process.env });
    await other.program.stop();
    const { status, stdout } = await shell('keywarden-server audit verify --data "it\'s stopped"', data.path);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining("intact") });
  });
});

describe.runIf(process.platform !== "win32")("a file that others may read is closed by the command", () => {
  test("of the server, for the secret of a channel", async () => {
    const secret = join(folder, "it's a secret");
    writeFileSync(secret, `${createHash("sha256").update("x").digest("hex")}\n`);
    chmodSync(secret, 0o644);
    const channels = join(folder, "channels.json");
    const webhook = { kind: "webhook", name: "w", url: "https://h.example/", secretFile: secret };
    writeFileSync(channels, JSON.stringify([webhook]));
    const call = `keywarden-server --data ${join(data.path, "closed")} --port 0 --channels channels.json`;
    const { status, stderr } = await shell(call, folder);
    expect(status).toBe(2);
    expect(await shell(printedIn(stderr, /run: (chmod .*)$/m), folder)).toMatchObject({ status: 0 });
    const again = await startKeyServer({
      file: programOf("key-server"),
      directory: join(data.path, "closed"),
      env: process.env,
      args: ["--channels", channels],
    });
    expect(await again.program.stop()).toBe(0);
  });

  test("of the App, for its private key", async () => {
    const key = join(folder, "it's a key.pem");
    writeFileSync(key, "x");
    chmodSync(key, 0o644);
    const config = join(folder, "app.json");
    writeFileSync(join(folder, "hook-secret"), "a secret of some length", { mode: 0o600 });
    const github = { appId: 1, privateKeyFile: key, webhookSecretFile: join(folder, "hook-secret") };
    const provider = {
      provider: "aforo",
      baseUrl: "https://keys.example/aforo",
      tokenFile: join(folder, "hook-secret"),
    };
    writeFileSync(config, JSON.stringify({ github, providers: [provider] }));
    const call = "keywarden-github-app doctor --config app.json";
    const before = await shell(call, folder);
    const command = printedIn(before.stdout + before.stderr, /run: (chmod .*)$/m);
    expect(await shell(command, folder)).toMatchObject({ status: 0 });
    const after = await shell(call, folder);
    expect(after.stdout + after.stderr).not.toContain("chmod");
    expect(readFileSync(key, "utf8")).toBe("x");
  });
});
