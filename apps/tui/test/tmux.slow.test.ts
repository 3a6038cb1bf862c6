import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, onTestFinished, test } from "vitest";
import { openShell, startServer, storages, terminalProgram } from "./tmux-shell.ts";

test.for(storages)(
  "an operator filters, resizes, suspends, revokes and comes back after a kill: $storage",
  async ({ storage, note }, { skip }) => {
    skip(note !== "", note);
    const folder = makeTemporaryDirectory();
    onTestFinished(() => folder.remove());
    const { server, inventory } = await startServer(storage, folder.path);
    const made = [];
    for (const name of ["alpha", "beta", "gamma"])
      made.push(
        await inventory.create({ provider: "aforo", name, kind: "secret", environment: "production" }),
      );
    const shell = openShell(folder.path);
    const start = `'${process.execPath}' '${terminalProgram}' --server ${server.url} --token-file '${server.tokenFile}' --screen keys --write`;
    await shell.shows("ready>");
    shell.type(start);
    shell.press("Enter");
    await shell.shows("within 2 s");
    shell.type("/beta");
    await shell.shows("1 of 3");
    shell.press("Enter");
    await shell.shows("filter beta");
    shell.resize(50, 12);
    await shell.shows(/> ? ?beta/);
    shell.resize(120, 30);
    await shell.shows("1 of 3");
    shell.press("C-z");
    await shell.shows(/ready> *$/m);
    shell.type("fg");
    shell.press("Enter");
    await shell.shows("1 of 3");
    shell.signal("SIGSTOP");
    await shell.shows(/ready> *$/m);
    // The shell finds the terminal as we left it, where Enter ends no line.
    shell.type("fg");
    shell.press("C-j");
    await expect.poll(shell.screen).not.toMatch(/ready>|Stopped/);
    shell.type("x");
    await shell.shows("Revoke");
    await shell.fill("beta");
    shell.press("Enter");
    await shell.shows("Revoked beta");
    expect((await inventory.show(made[1]?.key.id ?? "")).state).toBe("revoked");
    shell.signal("SIGKILL");
    // The shell says "Killed", of which a control sequence that was cut off may swallow a letter.
    await shell.shows(/illed[^\n]*\s+ready> *$/m);
    // What was killed could not give the terminal back; this is what operators type then.
    shell.type("stty sane");
    shell.press("C-j");
    shell.type(start);
    shell.press("C-j");
    await shell.shows(/3 keys[\s\S]*within 2 s/);
    shell.type("q");
    await shell.shows(/ready> *$/m);
  },
);

// A machine on which somebody has set the time wrongly.
const twoHoursAhead = "--import data:text/javascript,const%20now=Date.now;Date.now=()=>now()%2B7200000";

test.for(storages)(
  "two operators at one key see each other, and a clock that is off changes nothing: $storage",
  async ({ storage, note }, { skip }) => {
    skip(note !== "", note);
    const [folder, other] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
    onTestFinished(() => {
      folder.remove();
      other.remove();
    });
    const { server, inventory } = await startServer(storage, folder.path);
    const input = { provider: "aforo", kind: "secret", environment: "production" } as const;
    const { key } = await inventory.create({ ...input, name: "alpha" });
    const graced = await inventory.create({ ...input, name: "beta" });
    await inventory.rotate(graced.key.id, { expectedGeneration: 1 });
    const start = `'${process.execPath}' '${terminalProgram}' --server ${server.url} --token-file '${server.tokenFile}' --screen keys --write`;
    const here = openShell(folder.path);
    const there = openShell(other.path, { NODE_OPTIONS: twoHoursAhead });
    for (const shell of [here, there]) {
      await shell.shows("ready>");
      shell.type(start);
      shell.press("Enter");
      // The grace period of five minutes is counted by the server's clock, which is two hours off for one of them.
      await shell.shows(/beta .*in grace [1-4]m/);
    }
    await there.shows("this machine's clock is 2h ahead of the server's");
    for (const shell of [here, there]) {
      shell.type("/alpha");
      await shell.shows("1 of 2");
      shell.press("Enter");
      await shell.shows("filter alpha");
      shell.type("d");
      await shell.shows("It stops at once");
    }
    await here.fill("alpha");
    here.press("Enter");
    await here.shows("Disabled alpha");
    expect((await inventory.show(key.id)).state).toBe("disabled");
    await there.shows("somebody changed it meanwhile");
    await there.fill("alpha");
    there.press("Enter");
    await there.shows("nothing was changed: what is asked here is past");
    await there.closeDialog();
    there.type("D");
    await there.shows("It works again");
    await there.fill("alpha");
    there.press("Enter");
    await there.shows("Enabled alpha");
    expect((await inventory.show(key.id)).state).toBe("active");
    await here.closeDialog();
    await here.shows(/> ?alpha .*PRODUCTION +fresh/);
  },
);

test.for(storages)(
  "an operator restricts a key to what it was used for, and an operator without the right is told so: $storage",
  async ({ storage, note }, { skip }) => {
    skip(note !== "", note);
    const folder = makeTemporaryDirectory();
    onTestFinished(() => folder.remove());
    const { server, inventory } = await startServer(storage, folder.path);
    const input = { provider: "example", name: "alpha", kind: "secret", environment: "production" } as const;
    const { key, secret } = await inventory.create(input);
    for (const path of ["/v1/users", "/v1/orders"])
      await fetch(`${server.url}/v1/keys/verify`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.token.reveal()}`, "content-type": "application/json" },
        body: JSON.stringify({ key: secret.reveal(), method: "GET", path }),
      });
    // Counts show up to a second later, and the dialog asks once.
    await expect.poll(async () => (await inventory.usage(key.id)).requests).toBe(2);
    const start = (tokenFile: string) =>
      `'${process.execPath}' '${terminalProgram}' --server ${server.url} --token-file '${tokenFile}' --screen keys --write`;
    const shell = openShell(folder.path);
    await shell.shows("ready>");
    shell.type(start(server.tokenFile));
    shell.press("Enter");
    await shell.shows("within 2 s");
    shell.type("b");
    await shell.shows(/> IP ranges +▏/);
    // What comes too soon after a dialog opened was not meant for it.
    const typeAgain = (): string => {
      if (!/> IP ranges +9/.test(shell.screen())) shell.type("9");
      return shell.screen();
    };
    await expect.poll(typeAgain).toMatch(/> IP ranges +9+▏/);
    shell.press("C-u", "Tab", "Tab");
    await shell.shows(/> API endpoints +▏/);
    shell.type("GET /v1/users");
    await shell.shows(/> API endpoints +GET \/v1\/users▏ +now: does not restrict/);
    shell.press("Enter");
    await shell.shows(/GET \/v1\/orders \(1 time\): would have been refused since/);
    await shell.fill("alpha");
    shell.press("Enter");
    await shell.shows("Restricted alpha");
    expect((await inventory.show(key.id)).restrictions).toEqual({ endpoints: ["GET /v1/users"] });
    await shell.closeDialog();
    shell.type("@");
    await shell.shows(/PATCH +200 .*\/v1\/keys/);
    // What is asked for meanwhile stands above it.
    shell.type("/PATCH");
    shell.press("Enter");
    await shell.shows(/> .*PATCH +200 .*\/v1\/keys/);
    shell.type("Y");
    await expect.poll(shell.clipboard).toBe(`keywarden keys edit ${key.id} --endpoint 'GET /v1/users'`);
    shell.type("q");
    await shell.shows(/ready> *$/m);
    const { token } = await inventory.createToken({ name: "rita", role: "reader" });
    writeFileSync(join(folder.path, "rita"), token.reveal(), { mode: 0o600 });
    shell.type(start(join(folder.path, "rita")));
    shell.press("Enter");
    await shell.shows("a reader may change nothing: read-only");
    expect(shell.screen()).not.toContain(" b restrict");
    shell.type("b");
    await shell.shows("a reader may not restrict: it takes the role admin or operator");
    shell.type("q");
    await shell.shows(/ready> *$/m);
    expect(shell.bytes()).not.toContain(secret.reveal());
  },
);

test("an operator's own keys, servers, clipboard and mouse work, and a mistake in them is told", async ({
  skip,
}) => {
  const [{ note }] = storages;
  skip(note !== "", note);
  const [folder, other] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
  onTestFinished(() => {
    folder.remove();
    other.remove();
  });
  const here = await startServer("SQLite", folder.path);
  const there = await startServer("SQLite", other.path);
  const ids = new Map<string, string>();
  for (const [{ inventory }, name] of [
    [here, "alpha"],
    [here, "beta"],
    [there, "omega"],
  ] as const) {
    const { key } = await inventory.create({
      provider: "aforo",
      name,
      kind: "secret",
      environment: "sandbox",
    });
    ids.set(name, key.id);
  }
  const home = join(folder.path, "home");
  mkdirSync(home);
  const contexts = {
    "acme-live": { server: there.server.url, tokenFile: there.server.tokenFile, production: true },
  };
  const prefer = (keys: unknown) =>
    writeFileSync(join(home, "terminal.json"), JSON.stringify({ keys, mouse: true, contexts }));
  const shell = openShell(folder.path, { KEYWARDEN_HOME: home });
  const { server } = here;
  const start = `'${process.execPath}' '${terminalProgram}' --server ${server.url} --token-file '${server.tokenFile}' --screen keys --write`;
  const open = () => {
    shell.type(start);
    shell.press("Enter");
  };
  await shell.shows("ready>");
  prefer({ copy: ["C-y"] });
  open();
  await shell.shows(/C-y is not the name of a\s+key/);
  await shell.shows(/ready> *$/m);
  prefer({ copy: ["ctrl-y"] });
  open();
  await shell.shows("within 2 s");
  shell.click(5, 6);
  await shell.shows("normal · 2/2");
  const [, chosen = ""] = /^> +(alpha|beta) /m.exec(shell.screen()) ?? [];
  shell.press("C-y");
  await expect.poll(shell.clipboard).toBe(ids.get(chosen));
  await shell.command("context acme-live");
  await shell.shows(/PRODUCTION +acme-live[^]*READ-ONLY[^]*1 key [^]*within 2 s/);
  shell.type("2");
  await shell.shows("omega");
  expect(shell.screen()).not.toMatch(/alpha|beta/);
  shell.type("q");
  await shell.shows(/ready> *$/m);
});

// The first time it is called it ends the terminal, as a machine that fails does: the server has answered, and nothing
// has been delivered.
const deliver = `#!/bin/sh
if [ ! -e killed ]; then
  : > killed
  pid=$$
  while [ "$(readlink /proc/$pid/exe)" != "$NODE" ]; do pid=$(cut -d ' ' -f 4 "/proc/$pid/stat"); done
  kill -KILL "$pid"
  exit 1
fi
cat > delivered
`;

test.for(storages)(
  "a rotation that is killed between answer and delivery is continued, and no key is lost or shown: $storage",
  async ({ storage, note }, { skip }) => {
    skip(note !== "", note);
    const folder = makeTemporaryDirectory();
    onTestFinished(() => folder.remove());
    const { server, inventory } = await startServer(storage, folder.path);
    const input = { provider: "aero2", name: "payments", kind: "secret", environment: "production" } as const;
    const { key } = await inventory.create(input);
    writeFileSync(join(folder.path, "deliver.sh"), deliver, { mode: 0o700 });
    const shell = openShell(folder.path, {
      NODE: process.execPath,
      KEYWARDEN_STATE: join(folder.path, "state"),
    });
    const start = `'${process.execPath}' '${terminalProgram}' --server ${server.url} --token-file '${server.tokenFile}' --screen keys --write`;
    await shell.shows("ready>");
    shell.type(start);
    shell.press("Enter");
    await shell.shows("within 2 s");
    shell.type("r");
    await shell.shows("where does the new key go");
    await shell.fill("command:./deliver.sh env:.env#API_KEY");
    shell.press("Enter");
    // What happens to the old key stands there before anybody confirms.
    await shell.shows(/old key .*(?:24 h|1 day|1d)|works .*(?:24 h|1 day|1d)/);
    await shell.fill("payments");
    shell.press("Enter");
    await shell.shows(/illed[^\n]*\s+ready> *$/m);
    expect(existsSync(join(folder.path, "delivered"))).toBe(false);
    expect((await inventory.show(key.id)).generation).toBe(2);
    shell.type("stty sane");
    shell.press("C-j");
    shell.type(start);
    shell.press("C-j");
    await shell.shows(/unfinished rotation of payments: c continues it/);
    shell.type("c");
    await shell.shows("Rotated payments");
    const delivered = readFileSync(join(folder.path, "delivered"), "utf8").trim();
    const now = await inventory.show(key.id);
    // The same new key as before the end, not another one.
    expect([now.generation, now.lastFour]).toEqual([2, delivered.slice(-4)]);
    expect(readFileSync(join(folder.path, ".env"), "utf8")).toContain(`API_KEY=${delivered}`);
    await shell.closeDialog();
    shell.type("q");
    await shell.shows(/ready> *$/m);
    expect(shell.bytes()).not.toContain(delivered);
  },
);
