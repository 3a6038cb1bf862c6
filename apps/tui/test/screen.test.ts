import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import {
  assertNoKey,
  makeKey,
  makeTemporaryDirectory,
  makeInventory,
  makeManagedKey,
  inventoryNowMs as nowMs,
} from "@keywarden/testing";
import { textWidth } from "@keywarden/inventory";
import { describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { startOperatorServer, type OperatorServer } from "./operator-server.ts";
import { openVirtualTerminal, type VirtualTerminal } from "./virtual-terminal.ts";

type Options = NonNullable<Parameters<typeof openVirtualTerminal>[1]>;
type Keys = Parameters<typeof startOperatorServer>[0];

async function open(
  keys: Keys,
  options: Options & {
    flags?: string[];
    prompt?: string;
    makeSecret?: () => string;
    /** What the server takes; the token that the terminal was given unless given. */
    token?: string;
    fail?: OperatorServer["fail"];
  } = {},
) {
  const directory = makeTemporaryDirectory();
  const tokenFile = join(directory.path, "token");
  writeFileSync(tokenFile, "operator-token\n", { mode: 0o600 });
  const { makeSecret = () => "unset", token = "operator-token" } = options;
  const server = await startOperatorServer(keys, { makeSecret, token, now: () => nowMs });
  server.fail = options.fail;
  const where = ["--server", server.url, "--token-file", tokenFile, "--screen", "keys"];
  const args = [...where, ...(options.flags ?? [])];
  const terminal = openVirtualTerminal(args, { directory: directory.path, ...options });
  if (options.prompt !== undefined) terminal.host.stdout.write(options.prompt);
  const status = run(terminal.host);
  return {
    ...terminal,
    server,
    status,
    directory: directory.path,
    [Symbol.asyncDispose]: async () => {
      terminal.stop({ kind: "signal", name: "SIGTERM" });
      await status.catch(() => undefined);
      await server[Symbol.asyncDispose]();
      directory.remove();
    },
  };
}

const isLive = (text: string): boolean => text.includes(" live  every ");

async function typeSlowly(
  terminal: VirtualTerminal,
  text: string,
  isThere: (text: string) => boolean,
): Promise<void> {
  terminal.type(text);
  await terminal.until(isThere);
}

describe("the screen", () => {
  it("shows the inventory, moves, filters and explains itself, and leaves the terminal as it was", async () => {
    await using it = await open(makeInventory(60));
    const first = await it.until(isLive);
    expect(it.isAlternate()).toBe(true);
    expect(first).toContain("60 keys   aero2 12");
    expect(first).toContain("READ-ONLY");
    await it.until((text) => text.includes("ada (admin)"));
    await typeSlowly(it, "jj", (text) => text.includes("normal · 3/60"));
    await typeSlowly(it, "\u001B[B", (text) => text.includes("normal · 4/60"));
    await typeSlowly(it, "/mailer", (text) => text.includes("/ mailer▏"));
    await typeSlowly(it, "\r", (text) => text.includes("filter mailer"));
    await typeSlowly(it, "\r", (text) => text.includes("restricted to"));
    await typeSlowly(it, "?", (text) => text.includes("WHAT IT DOES"));
    await typeSlowly(it, "q", (text) => text.includes("restricted to"));
    it.type("q");
    expect(await it.status).toBe(0);
    await it.settled();
    expect(it.isAlternate()).toBe(false);
    expect(it.scrollback()).toBe(0);
    expect(it.errors()).toBe("");
    // Once, also where keys were drawn before Ink was there.
    expect(it.bytes().split("\u001B[?1049h")).toHaveLength(2);
  });

  it("is drawn from its first cell, wherever a prompt has left the cursor", async () => {
    await using it = await open(makeInventory(5), { columns: 80, prompt: "\r\nsome@machine:~$ " });
    const lines = (await it.until((text) => isLive(text) && text.includes("ada (admin)"))).split("\n");
    expect(lines[0]).toMatch(/^ Keywarden {2}Keys .* READ-ONLY$/);
    expect(lines).toHaveLength(30);
  });

  it("aligns its columns with wide, right-to-left and hostile names", async () => {
    const names = [
      "支払い-本番-鍵",
      "🔑 rocket 🚀",
      "שלום עולם",
      "evil\u001B[31m\u001B]0;x\u0007red\u202Eabc\nline\ttab",
      "e\u0301\u0302\u0303\u0304",
    ];
    const keys = names.map((name, index) => makeManagedKey({ id: `k${index}`, name }));
    await using it = await open(keys, { columns: 110 });
    const text = await it.until(isLive);
    const rows = text.split("\n").filter((line) => line.includes("aforo  "));
    expect(rows).toHaveLength(5);
    const offsets = rows.map((line) => textWidth(line.slice(0, line.indexOf("aforo  "))));
    expect(new Set(offsets).size).toBe(1);
    expect(text).toContain("evilredabc line tab");
    expect(it.bytes()).not.toContain("\u202E");
    expect(it.bytes()).not.toContain("]0;x");
  });

  it("fits every size from 20×6 to 300×100, through a storm of resizes", async () => {
    await using it = await open(makeInventory(500));
    await it.until(isLive);
    const sizes = [20, 39, 40, 60, 79, 80, 121, 160, 300].flatMap((columns) =>
      [6, 8, 12, 24, 100].map((rows) => [columns, rows] as const),
    );
    for (const [columns, rows] of sizes) it.resize(columns, rows);
    for (const [columns, rows] of sizes) {
      it.resize(columns, rows);
      const isSmall = columns < 40 || rows < 8;
      const text = await it.until(
        (now) =>
          (now.split("\n").at(-1) ?? "").includes(isSmall ? "" : "normal · 1/500") &&
          (!isSmall || now.includes("Keywarden needs")),
      );
      const lines = text.split("\n");
      expect(lines).toHaveLength(rows);
      expect(lines[0]?.startsWith(" Keywarden")).toBe(!isSmall);
      expect(lines.filter((line) => line.startsWith("> "))).toHaveLength(isSmall ? 0 : 1);
    }
  });

  it("writes nothing while nothing changes", async () => {
    await using it = await open(makeInventory(40).map((key) => ({ ...key, grace: null })));
    await it.until((text) => isLive(text) && text.includes("ada (admin)"));
    await typeSlowly(it, "p", (text) => text.includes(" paused"));
    // Whole days turn with the first second.
    it.advance(1000);
    const bytesOf = async (input: string, position: string) => {
      const before = it.bytes().length;
      await typeSlowly(it, input, (text) => text.includes(`normal · ${position}/40`));
      return it.bytes().length - before;
    };
    await bytesOf("j", "2");
    await bytesOf("k", "1");
    const alone = await bytesOf("j", "2");
    await bytesOf("k", "1");
    for (let second = 0; second < 5; second += 1) it.advance(1000);
    expect(await bytesOf("j", "2")).toBe(alone);
  });

  it("uses no colour with NO_COLOR, and still says everything in words", async () => {
    await using it = await open(makeInventory(20), { env: { NO_COLOR: "1" } });
    const text = await it.until(isLive);
    // oxlint-disable-next-line eslint/no-control-regex
    expect(it.bytes()).not.toMatch(/\u001B\[[0-9;]*m/);
    expect(text).toMatch(/^> /m);
    expect(text).toContain("PRODUCTION");
  });

  it("draws 10,000 keys as one screen of rows", async () => {
    await using it = await open(makeInventory(10_000), { columns: 160, rows: 45 });
    await it.until((text) => isLive(text) && text.includes("10,000 keys"));
    const text = await typeSlowly(it, "G", (now) => now.includes("10,000/10,000")).then(() => it.text());
    expect(text.split("\n").filter((line) => line.includes("sk_live_…"))).toHaveLength(39);
  });

  it.each([
    [{ status: 403 }, "The token's role does not allow this"],
    [{ status: 429, retryAfterSeconds: 30 }, "next try in 30 s"],
    [{ status: 500 }, "The server has a problem"],
    [{ status: 302 }, "Give --server the address"],
  ])("explains %j, keeps running and recovers on R", async (fail, words) => {
    await using it = await open(makeInventory(5), { columns: 220, fail });
    await it.until((now) => now.includes(words));
    expect(it.text()).toContain("The inventory could not be read.");
    it.server.fail = undefined;
    await typeSlowly(it, "R", isLive);
    expect(it.text()).toContain("5 keys");
    // Whose token it is could not be asked either, and decides what is offered.
    await it.until((now) => now.includes("ada (admin)"));
  });

  it("asks for another token in place where the present one is refused, and goes on with it", async () => {
    await using it = await open(makeInventory(5), { columns: 220, token: "another-token" });
    await it.until((now) => now.includes("the server refuses the present token"));
    expect(it.text()).toContain("The token is wrong, expired or revoked");
    it.advance(300);
    await typeSlowly(it, "another-token", (now) => now.includes("••••▏"));
    await typeSlowly(it, "\r", isLive);
    expect(it.text()).toContain("5 keys");
    await it.until((now) => now.includes("ada (admin)"));
    expect(it.bytes()).not.toContain("another-token");
  });

  it("explains that nobody listens there", async () => {
    await using it = await open(makeInventory(5), { columns: 200 });
    await it.until(isLive);
    await it.server[Symbol.asyncDispose]();
    await typeSlowly(it, "R", (text) => text.includes("Check that the server is running"));
    expect(it.text()).toContain("5 keys");
  });

  it("restores the screen and shows no key when something unexpected is thrown", async () => {
    const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 5);
    await using it = await open(makeInventory(5));
    await it.until(isLive);
    it.stop({ kind: "error", error: new Error(`boom with ${secret.reveal()}`) });
    expect(await it.status).toBe(2);
    await it.settled();
    expect(it.isAlternate()).toBe(false);
    expect(it.errors()).toMatch(/boom with sk_live_/);
    assertNoKey(it.bytes(), [secret]);
  });
});

describe("changing a key through the screen", () => {
  it("revokes after w, y, x and the typed name, with If-Match", async () => {
    await using it = await open([makeManagedKey()]);
    await it.until(isLive);
    await typeSlowly(it, "x", (text) => text.includes("read-only: press w"));
    await typeSlowly(it, "w", (text) => text.includes("Allow changes?"));
    it.advance(300);
    await typeSlowly(it, "y", (text) => text.includes(" WRITE\n"));
    await typeSlowly(it, "x", (text) => text.includes("Revoke at once"));
    it.advance(300);
    await typeSlowly(it, "\u001B[200~payments\n\u001B[201~", (text) =>
      text.includes("pasting does not confirm"),
    );
    await typeSlowly(it, "payments", (text) => text.includes("type payments : payments▏"));
    await typeSlowly(it, "\r", (text) => text.includes("Revoked payments"));
    expect(it.server.requests.find(({ path }) => path.endsWith("/revoke"))?.ifMatch).toBe('"3"');
    expect(it.server.keys.get("key-1")?.state).toBe("revoked");
  });
});

describe("without a screen", () => {
  it("exits 2 when the table cannot be written, and 0 when the reader has seen enough", async () => {
    for (const [code, expected] of [
      ["ENOSPC", 2],
      ["EPIPE", 0],
    ] as const) {
      await using server = await startOperatorServer(makeInventory(3));
      using directory = makeTemporaryDirectory();
      const tokenFile = join(directory.path, "token");
      writeFileSync(tokenFile, "operator-token\n", { mode: 0o600 });
      const args = ["--server", server.url, "--token-file", tokenFile, "--once"];
      const { host, errors } = openVirtualTerminal(args, { isTerminal: false });
      const write = (_: string, done: (error: Error) => void) =>
        done(Object.assign(new Error("no space"), { code }));
      Object.assign(host.stdout, { write });
      expect(await run(host)).toBe(expected);
      expect(errors().includes("the table could not be written")).toBe(expected === 2);
    }
  });

  it("prints a plain table with --once, and exits 1 because a key is overdue", async () => {
    await using it = await open(makeInventory(30), { flags: ["--once"], isTerminal: false });
    expect(await it.status).toBe(1);
    const lines = it.bytes().trimEnd().split("\n");
    expect(lines).toHaveLength(31);
    expect(lines[0]).toMatch(
      /^NAME +PROVIDER +KIND +ENV +ROTATION +USAGE +AGE +LAST USED +KEY +OWNER +TAGS +ID$/,
    );
    // oxlint-disable-next-line eslint/no-control-regex
    expect(it.bytes()).not.toMatch(/\u001B/);
    expect(it.errors()).toBe("");
  });

  it("prints what passes a filter as JSON or CSV, and says 0 where none of it is overdue", async () => {
    const flags = ["--json", "--filter", "status:fresh env:production"];
    await using json = await open(makeInventory(30), { flags, isTerminal: false });
    expect(await json.status).toBe(0);
    const { screen, rows } = JSON.parse(json.bytes()) as { screen: string; rows: { rotation: string }[] };
    expect(screen).toBe("keys");
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ rotation }) => rotation))).toEqual(new Set(["fresh"]));
    await using csv = await open(makeInventory(3), { flags: ["--csv"], isTerminal: false });
    await csv.status;
    expect(csv.bytes().split("\n")[0]).toMatch(/^name,provider,kind,environment,rotation,/);
  });

  it("prints that nothing passes the filter, and names no key to press", async () => {
    const flags = ["--once", "--filter", "owner:nobody-at-all"];
    await using it = await open(makeInventory(3), { flags, isTerminal: false });
    expect(await it.status).toBe(0);
    expect(it.bytes()).toContain("No key passes the filter.");
    expect(it.bytes()).not.toContain("Press");
  });

  it("refuses a filter that it cannot read", async () => {
    await using it = await open([], { flags: ["--once", "--filter", "colour:red"], isTerminal: false });
    expect(await it.status).toBe(2);
    expect(it.errors()).toContain('"colour" at character 1 is not a field');
  });

  it.each([
    ["no terminal", { isTerminal: false }, "this is not a terminal"],
    ["a dumb terminal", { env: { TERM: "dumb" } }, "TERM=dumb cannot show a screen"],
  ])("prints the table, a hint, and exits 2 with %s", async (_, options, why) => {
    await using it = await open(makeInventory(3), options);
    expect(await it.status).toBe(2);
    expect(it.bytes()).toContain("payments-0");
    expect(it.errors()).toContain(why);
    expect(it.errors()).toContain("pass --once");
  });

  it("says what went wrong and exits 2", async () => {
    await using it = await open([], { flags: ["--once"], isTerminal: false, fail: { status: 403 } });
    expect(await it.status).toBe(2);
    expect(it.errors()).toMatch(/answered 403.*The token's role does not allow this/);
    expect(it.bytes()).toBe(it.errors());
  });
});
