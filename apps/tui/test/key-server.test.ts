import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { openVirtualTerminal } from "./virtual-terminal.ts";

const program = builtProgram("key-server");

async function startKeyServer() {
  const directory = makeTemporaryDirectory();
  const data = join(directory.path, "data");
  const server = spawn(process.execPath, [program, "--data", data, "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  server.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const refused = once(server, "exit").then(() => {
    throw new Error(`keywarden-server did not start: ${complaint}`);
  });
  const [line] = (await Promise.race([once(createInterface(server.stdout), "line"), refused])) as [string];
  refused.catch(() => undefined);
  const url = /http:\/\/\S+/.exec(line)?.[0] ?? "";
  const tokenFile = join(data, "bootstrap-token");
  const token = new Secret(readFileSync(tokenFile, "utf8").trim());
  return {
    url,
    tokenFile,
    directory: directory.path,
    client: makeInventoryClient({ baseUrl: url, token }),
    [Symbol.asyncDispose]: async () => {
      const exited = once(server, "exit");
      server.kill("SIGTERM");
      await exited;
      directory.remove();
    },
  };
}

const isLive = (text: string): boolean => text.includes(" live  within ");

describe("against keywarden-server", () => {
  it("lists, filters, rotates into a sink although an answer is lost, and revokes, while another operator is noticed", async () => {
    await using server = await startKeyServer();
    const { client } = server;
    const providers = ["aforo", "aero2", "example", "azotte", "aurora-solar"];
    const issued: Secret[] = [];
    for (let index = 0; index < 110; index += 1) {
      const provider = providers[index % providers.length] ?? "aforo";
      const made = await client.create({
        provider,
        name: `service-${index}`,
        kind: "secret",
        environment: "production",
        // A tenant of Aurora Solar has one standard key.
        ...(provider === "aurora-solar" && { restrictions: { tenant: `tenant_${index}` } }),
      });
      issued.push(made.secret);
    }

    const args = ["--server", server.url, "--token-file", server.tokenFile, "--screen", "keys", "--write"];
    const it = openVirtualTerminal(args, {
      columns: 160,
      rows: 40,
      directory: server.directory,
      env: { KEYWARDEN_STATE: join(server.directory, "state") },
    });
    let isDropping = false;
    const lossy: typeof fetch = async (...call) => {
      const answer = await fetch(...call);
      if (!isDropping || !answer.url.endsWith("/rotate")) return answer;
      isDropping = false;
      await answer.text();
      throw new TypeError("fetch failed");
    };
    const status = run({ ...it.host, wallClockMs: Date.now, ask: lossy });
    const type = async (text: string, isThere: (text: string) => boolean) => {
      it.type(text);
      await it.until(isThere);
    };

    const first = await it.until((text) => isLive(text) && text.includes("(admin)"));
    expect(first).toContain("110 keys   aero2 22   aforo 22");
    await type("/service-41", (text) => text.includes("1 of 110"));
    await type("\r", (text) => text.includes("filter service-41"));

    await type("r", (text) => text.includes("where does the new key go?"));
    it.advance(300);
    await type("env:.env#KEY", (text) => text.includes("env:.env#KEY▏"));
    await type("\r", (text) => text.includes("type service-41 :"));
    expect(it.text()).toContain("The old key works for 24 h beside the new one, then it stops.");
    it.advance(300);
    await type("service-41", (text) => text.includes(": service-41▏"));
    // The answer to the rotation is lost on its way; what was sealed is asked for again.
    isDropping = true;
    await type("\r", (text) => text.includes("Rotated service-41"));
    expect(isDropping).toBe(false);
    const written = readFileSync(join(server.directory, ".env"), "utf8");
    const rotated = new Secret(/KEY="?([^"\n]+)/.exec(written)?.[1] ?? "");
    const found = await client.lookup(await sha256Of(rotated));
    expect(found.found && [found.key.name, found.key.generation]).toEqual(["service-41", 2]);
    it.advance(300);
    await type("\r", (text) => text.includes("normal · 1/1") && text.includes("in grace 2"));

    await type("x", (text) => text.includes("Revoke at once"));
    const target = (await client.list({ limit: 1000 })).keys.find(({ name }) => name === "service-41");
    const beaten = await client.rotate(target?.id ?? "", { expectedGeneration: target?.generation ?? 0 });
    it.advance(300);
    await type("service-41", (text) => text.includes(": service-41▏"));
    await type("\r", (text) => text.includes("service-41 was not revoked"));
    expect(it.text()).toContain(`it is at generation ${beaten.key.generation} now`);
    it.advance(300);
    // A second try is about the key as it is now, so it has to wait until the list has come anew.
    await type("\r", (text) => text.includes("normal · 1/1") && text.includes(beaten.key.lastFour));

    await type("x", (text) => text.includes("Revoke at once"));
    it.advance(300);
    await type("service-41", (text) => text.includes(": service-41▏"));
    await type("\r", (text) => text.includes("Revoked service-41"));
    expect((await client.show(target?.id ?? "")).state).toBe("revoked");

    it.stop({ kind: "signal", name: "SIGTERM" });
    expect(await status).toBe(0);
    assertNoKey(it.bytes(), [...issued, rotated, beaten.secret]);
  });

  it("says that a wrong token is refused", async () => {
    await using server = await startKeyServer();
    const tokenFile = join(server.directory, "wrong");
    writeFileSync(tokenFile, "not-the-token", { mode: 0o600 });
    const it = openVirtualTerminal(["--server", server.url, "--token-file", tokenFile, "--once"], {
      isTerminal: false,
    });
    expect(await run(it.host)).toBe(2);
    expect(it.errors()).toMatch(/answered 401.*[^.]\. The token is wrong, expired or revoked\.\n$/);
  });
});

async function sha256Of(secret: Secret): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret.reveal()));
  return Buffer.from(digest).toString("hex");
}
