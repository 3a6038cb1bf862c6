import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programOf, runBuilt } from "./run-built.ts";

/** A user's own provider, with a grace period that a test can wait for. */
const acme = {
  id: "acme",
  formats: [
    {
      prefix: "acme_test_",
      kind: "secret",
      environment: "sandbox",
      body: { alphabet: "base62", length: 40 },
    },
  ],
  rotation: { procedure: "server-side", graceSeconds: 2 },
};

let place: TemporaryDirectory;
let server: KeyServerProgram;

beforeAll(async () => {
  place = makeTemporaryDirectory();
  const providersFile = join(place.path, "providers.json");
  writeFileSync(providersFile, JSON.stringify([acme]));
  writeFileSync(join(place.path, "keywarden.json"), JSON.stringify({ providers: [acme] }));
  server = await startKeyServer({
    file: programOf("key-server"),
    directory: join(place.path, "server"),
    env: process.env,
    args: ["--providers", providersFile],
  });
});

afterAll(async () => {
  await server.program.stop();
  place.remove();
});

function conformance(...args: readonly string[]) {
  const env = { ...process.env, KEYWARDEN_TOKEN_FILE: server.tokenFile };
  return runBuilt("cli", ["conformance", ...args], { directory: place.path, env });
}

test("a user's own provider passes with its grace period waited for", async () => {
  const { status, stdout, stderr } = await conformance(
    `${server.url}/acme`,
    "--provider",
    "acme",
    "--wait",
    "10",
  );
  expect({ status, stdout, stderr }).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/ok +grace-end[^]*23 passed, 0 failed, 0 not checked\n$/) as string,
  });
});

test("a built-in one passes what its document promises and says what it did not check", async () => {
  const report = join(place.path, "report.xml");
  const { status, stdout } = await conformance(
    `${server.url}/aforo`,
    "--provider",
    "aforo",
    "--format",
    "junit",
    "--output",
    report,
  );
  expect({ status, stdout }).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /not checked +grace-end[^]*not checked +lost-update[^]* 0 failed, 4 not checked\n$/,
    ) as string,
  });
  expect(readFileSync(report, "utf8")).toContain('failures="0" skipped="4"');
});

test("an API that keeps nothing is exit 1, and none at all, too", async () => {
  const wrong: Server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => wrong.listen(0, "127.0.0.1", resolve));
  const address = wrong.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { status, stdout } = await conformance(
    `http://127.0.0.1:${port}`,
    "--provider",
    "aforo",
    "--format",
    "json",
  );
  await new Promise((resolve) => wrong.close(resolve));
  expect({ status, isConformant: (JSON.parse(stdout) as { isConformant: boolean }).isConformant }).toEqual({
    status: 1,
    isConformant: false,
  });
  expect((await conformance(`http://127.0.0.1:${port}`, "--provider", "aforo")).status).toBe(1);
});

test.each([
  [["--provider", "acme"], "<url> is missing: keywarden conformance <url>"],
  [["http://127.0.0.1:1", "--provider", "aforoo"], "Did you mean aforo?"],
  [["http://127.0.0.1:1"], "--provider is missing: give --provider <id>"],
  [["http://api.acme.test", "--provider", "acme"], "use https"],
  [["http://127.0.0.1:1", "--provider", "acme", "--wait", "soon"], "--wait must be a number from 0"],
])("%j is exit 2 with the way out", async (args, sentence) => {
  const { status, stderr } = await conformance(...args);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(sentence) as string });
});
