import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeInventoryClient } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { expect, onTestFinished, test } from "vitest";
import { secretIn, signInOver, type Hand } from "./sign-in-over.ts";

const preload = new URL("programs/die-at-entry.ts", import.meta.url).href;

interface Life {
  readonly server: KeyServerProgram;
  readonly hand: Hand;
}

async function makePlace() {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  const sinks = join(directory.path, "sinks.json");
  writeFileSync(sinks, JSON.stringify([{ name: "Shop", target: "env:shop.env#API_KEY" }]));
  const start = async (death = ""): Promise<Life> => {
    const env =
      death === ""
        ? {}
        : { DIE_AT_ENTRY: death, NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${preload}` };
    const server = await startKeyServer({
      file: builtProgram("key-server"),
      directory: join(directory.path, "data"),
      args: ["--sinks", sinks],
      env: { ...process.env, ...env },
    });
    onTestFinished(async () => void (await server.program.stop("SIGKILL")));
    return { server, hand: await signInOver(server) };
  };
  return { start, file: join(directory.path, "shop.env") };
}

const clientOf = ({ url, token }: KeyServerProgram) =>
  makeInventoryClient({ baseUrl: url, token, timeoutMs: 90_000 });

async function works({ url, token }: KeyServerProgram, key: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/keys/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  return ((await answer.json()) as { readonly valid: boolean }).valid;
}

/**
 * Does what a person does on the page of a rotation, until it is done; false where that leads nowhere. The server may
 * work on it for as long as the suite is patient.
 */
async function finish({ hand }: Life, address: string): Promise<boolean> {
  for (let steps = 0; steps < 200; steps += 1) {
    let page = await hand.get(address);
    while (page.includes("The server is working on it")) page = await hand.get(address);
    if (page.includes("the old one has ended")) return true;
    if (page.includes("/show")) {
      const shown = await hand.submit(`${address}/show`, page);
      if (!/^[rs]k_/.test(secretIn(shown.body).reveal())) return false;
      await hand.submit(`${address}/stored`, shown.body);
    } else if (page.includes("/resume")) await hand.submit(`${address}/resume`, page);
    else return false;
  }
  return false;
}

test.each([
  ["example", "makes a second key", "secret"],
  ["aurora-solar", "replaces the secret", "restricted"],
] as const)(
  "a server that is killed at any entry of a rotation on a page, where %s %s, loses no key",
  async (provider, _what, kind) => {
    const { start, file } = await makePlace();
    let deaths = 0;
    let life = await start();
    for (const when of ["before", "after"]) {
      for (let entry = 1; ; entry += 1) {
        await life.server.program.stop();
        life = await start(`${when}:${entry}`);
        const made = await clientOf(life.server).create({
          provider,
          kind,
          environment: "production",
          name: `shop-${when}-${entry}`,
          ...(kind === "restricted" && { permissions: ["list_projects"] }),
        });
        const old = made.secret.reveal();
        const plan = await life.hand.get(`/console/keys/${made.key.id}/rotate?plan=1&to=page&to=Shop`);
        const rotation = /name="rotation" value="([0-9a-f]{8})"/.exec(plan)?.[1] ?? "";
        const address = `/console/rotations/${rotation}`;
        const begin = () => life.hand.submit(`/console/keys/${made.key.id}/rotate`, plan);
        const isDone = await begin()
          .then(() => finish(life, address))
          .catch((error: unknown) => {
            if (!(error instanceof TypeError)) throw error;
            return null;
          });
        if (isDone === null) {
          deaths += 1;
          life = await start();
          // Before it was planned nothing has happened, and the same form begins it.
          const isUnknown = (await life.hand.get(address)).includes("There is no such rotation");
          if (isUnknown && (await works(life.server, old))) await begin();
        }
        expect([when, entry, isDone ?? (await finish(life, address))]).toEqual([when, entry, true]);
        const secret = /API_KEY=(\S+)/.exec(existsSync(file) ? readFileSync(file, "utf8") : "")?.[1] ?? "";
        expect([when, entry, await works(life.server, secret), await works(life.server, old)]).toEqual([
          when,
          entry,
          true,
          false,
        ]);
        const { keys } = await clientOf(life.server).list({ provider, state: "active", limit: 1000 });
        expect(keys.filter(({ name }) => name === made.key.name)).toHaveLength(1);
        assertNoKey(await life.hand.get(address), [made.secret, new Secret(secret)]);
        if (isDone !== null) break;
      }
    }
    // The plan, the making, two deliveries, the trial and the end, each with its beginning: fewer were no test.
    expect(deaths).toBeGreaterThanOrEqual(16);
  },
);
