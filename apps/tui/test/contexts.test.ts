import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { openCredentials } from "@keywarden/inventory/login";
import { makeManagedKey, makeTemporaryDirectory, inventoryNowMs as nowMs } from "@keywarden/testing";
import { expect, it, onTestFinished } from "vitest";
import { looksLikeProduction } from "../src/contexts/own-context.ts";
import { run } from "../src/run.ts";
import { drive } from "./drive.ts";
import { startOperatorServer } from "./operator-server.ts";
import { openVirtualTerminal } from "./virtual-terminal.ts";

const isLive = (text: string): boolean => text.includes(" live  every ");

/** A terminal at one server, with another one that has a name, a token of its own and other keys. */
async function openTwo(env: Record<string, string> = {}) {
  const directory = makeTemporaryDirectory();
  const home = join(directory.path, "home");
  mkdirSync(home);
  const write = (name: string, text: string) => writeFileSync(join(home, name), text, { mode: 0o600 });
  const first = await startOperatorServer(
    [1, 2].map((id) => makeManagedKey({ id: `old-${id}`, name: `old-key-${id}` })),
    { now: () => nowMs },
  );
  const second = await startOperatorServer([makeManagedKey({ id: "new-1", name: "new-key" })], {
    token: "second-token",
    now: () => nowMs,
  });
  write("first-token", "operator-token\n");
  write("second-token", "second-token\n");
  const contexts = {
    "acme-live": { server: second.url, tokenFile: "second-token", production: true },
  };
  write("terminal.json", JSON.stringify({ contexts }));
  const where = ["--server", first.url, "--token-file", join(home, "first-token")];
  const terminal = openVirtualTerminal([...where, "--screen", "keys", "--write"], {
    directory: directory.path,
    columns: 160,
    env: { KEYWARDEN_HOME: home, KEYWARDEN_TOKEN_FILE: join(home, "first-token"), ...env },
  });
  const status = run(terminal.host);
  onTestFinished(async () => {
    terminal.stop({ kind: "signal", name: "SIGTERM" });
    await status.catch(() => undefined);
    await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
    directory.remove();
  });
  const type = async (text: string, isThere: (now: string) => boolean) => {
    terminal.type(text);
    return terminal.until(isThere);
  };
  /** Types a command, and then Enter: what comes glued to it confirms nothing. */
  const command = async (text: string, isThere: (now: string) => boolean) => {
    await type(`:${text}`, (now) => now.includes(`: ${text}▏`));
    return type("\r", isThere);
  };
  await terminal.until((text) => isLive(text) && text.includes("ada (admin)"));
  return { ...terminal, first, second, home, write, typeUntil: type, command };
}

it("goes to another server in place: its keys, its token, read-only, and nothing of the one before", async () => {
  const it = await openTwo();
  const listed = await it.typeUntil("9", (text) => text.includes("acme-live"));
  expect(listed).toMatch(/acme-live +PRODUCTION/);
  expect(listed).toMatch(/here +http/);
  await it.typeUntil("/acme", (text) => text.includes("/ acme▏"));
  await it.typeUntil("\r", (text) => text.includes("filter acme"));
  const there = await it.typeUntil("\r", (text) => text.includes("1 key ") && text.includes("ada"));
  expect(there.split("\n")[0]).toMatch(/^ Keywarden {2}Next {2}PRODUCTION {2}acme-live .*READ-ONLY/);
  expect(it.second.requests.length).toBeGreaterThan(2);
  expect(await it.typeUntil("2", (text) => text.includes("new-key"))).not.toContain("old-key");
  expect(await it.typeUntil("@", (text) => text.includes("/v1/me"))).not.toContain("old-");
  const asked = it.first.requests.length;
  it.advance(60_000);
  await it.typeUntil("R", (text) => text.includes("/v1/keys"));
  expect(it.first.requests).toHaveLength(asked);
  // Back again, with the token that this run began with.
  await it.command(`context ${it.first.url}`, (text) => text.includes("2 keys ") && text.includes("ada"));
  expect(it.text()).not.toContain("new-key");
  expect(it.text()).toContain("READ-ONLY");
});

it("stays where it is when the other server cannot be gone to, and sends no token there", async () => {
  const it = await openTwo();
  const third = await startOperatorServer([], { token: "operator-token" });
  onTestFinished(() => third[Symbol.asyncDispose]());
  const text = await it.command(`context ${third.url}`, (now) => now.includes("Not gone to"));
  expect(text).toContain(`keywarden login --server ${third.url}`);
  expect(text).toContain("You are still at");
  expect(third.requests).toEqual([]);
  it.advance(300);
  await it.typeUntil("\r", (now) => now.includes("2 keys ") && now.includes("WRITE"));
});

it("asks for the passphrase of the logins in place", async () => {
  const it = await openTwo();
  const third = await startOperatorServer([makeManagedKey({ name: "third-key" })], { token: "third-token" });
  onTestFinished(() => third[Symbol.asyncDispose]());
  const nothing = () => undefined;
  const credentials = openCredentials(
    { keyring: "file" },
    {
      env: { KEYWARDEN_HOME: it.home, KEYWARDEN_PASSPHRASE: "correct horse" },
      directory: it.home,
      program: "/nowhere/keywarden",
      warn: nothing,
      ask: nothing,
    },
  );
  await credentials.write(third.url, new Secret("third-token"));
  await it.command(`context ${third.url}`, (now) => now.includes("passphrase: ▏"));
  it.advance(300);
  await it.typeUntil("correct horse", (now) => now.includes("•••▏"));
  await it.typeUntil("\r", (now) => now.includes("1 key ") && now.includes("you are at"));
  expect(it.bytes()).not.toMatch(/correct horse|third-token/);
});

it("hears nothing of a server that it has left", () => {
  const driven = drive({ screen: "keys" });
  driven.load([makeManagedKey({ name: "old-key" })]);
  driven.press("space", "x", "2", "6");
  const { lastLoadId } = driven.state;
  const next = { server: "http://127.0.0.1:2", contextName: "two", isProduction: true, hasApp: false };
  driven.send({ kind: "switched", ...next });
  expect(driven.state.byId.size).toBe(0);
  expect([driven.state.past, driven.state.future, driven.state.calls, driven.state.readings.audit]).toEqual([
    [],
    [],
    [],
    undefined,
  ]);
  // A page that was on its way when the operator left.
  driven.send({ kind: "page", loadId: lastLoadId, keys: [makeManagedKey()], total: null, isLast: true });
  expect(driven.state.byId.size).toBe(0);
  expect(driven.screen().split("\n")[0]).toContain("PRODUCTION  two");
});

it("takes for production what says so, and not what only sounds like it", () => {
  const named = ["acme-prod", "https://keywarden.prod.acme.example", "production", "PROD", "eu_prod_1"];
  expect(named.filter((name) => !looksLikeProduction(name))).toEqual([]);
  const others = ["non-prod", "preprod", "pre-production", "https://products.acme.example", "reproduce"];
  expect(others.filter(looksLikeProduction)).toEqual([]);
});
