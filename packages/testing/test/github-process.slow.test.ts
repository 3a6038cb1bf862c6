import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { startReceiver } from "./github-fixture.ts";

const main = fileURLToPath(new URL("../src/github/main.ts", import.meta.url));

test("runs as a process that another one drives over /_emulator/, and stops on SIGTERM", async () => {
  using temporary = makeTemporaryDirectory();
  const secretFile = join(temporary.path, "secret");
  writeFileSync(secretFile, "s\n");
  const receiver = await startReceiver();
  const args = ["--directory", temporary.path, "--port", "0", "--webhook-secret-file", secretFile];
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ready = JSON.parse(line) as Record<string, string>;
  expect(ready).toMatchObject({
    url: ready["gitUrl"],
    appId: expect.any(Number),
    installationId: expect.any(Number),
  });
  expect(statSync(ready["privateKeyFile"] ?? "").size).toBeGreaterThan(1000);

  const drive = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`${String(ready["url"])}/_emulator/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? null : JSON.parse(text) };
  };
  expect(await drive("PUT", "webhook", { url: receiver.url })).toMatchObject({ status: 204 });
  const created = await drive("POST", "repositories", { owner: "acme", name: "shop", user: "dana" });
  expect(created).toMatchObject({
    status: 201,
    json: { fullName: "acme/shop", userToken: expect.any(String) },
  });
  const again = await drive("POST", "repositories", { owner: "acme", name: "shop" });
  expect(again).toMatchObject({ status: 400, json: { message: "acme/shop exists already" } });
  const unclear = await drive("POST", "repositories", {});
  expect(unclear).toMatchObject({ status: 400, json: { code: "EMULATOR_REPOSITORY" } });

  using work = await makeRepository();
  await work.commit("base");
  await work.git(
    "push",
    "--quiet",
    (created.json as { readonly pushUrl: string }).pushUrl,
    "HEAD:refs/heads/main",
  );
  await drive("GET", "settled");
  expect(receiver.received).toMatchObject([{ json: { pusher: { name: "dana" } } }]);
  const deliveries = await drive("GET", "deliveries");
  expect(deliveries.json).toMatchObject([{ event: "push", statusCode: 202 }]);
  const [delivery] = deliveries.json as { readonly id: number }[];
  await drive("POST", `deliveries/${String(delivery?.id)}/redeliver`);
  expect(receiver.received).toHaveLength(2);
  expect((await drive("GET", "repositories/acme/shop/check-runs")).json).toStrictEqual([]);
  await drive("POST", "disturbances", { how: "hold" });
  const changed = await drive("POST", "repositories/acme/shop/change", { name: "store" });
  expect(changed.json).toMatchObject({ fullName: "acme/store" });
  expect((await drive("POST", "held/release", { order: "reversed" })).json).toStrictEqual({ released: 1 });
  expect(receiver.received[2]?.json).toMatchObject({ action: "renamed" });
  const pull = await drive("POST", "repositories/acme/store/pull-requests", {
    from: "acme/store",
    branch: "main",
  });
  expect(pull.json).toMatchObject({ number: 1, state: "open" });
  const unknown = await drive("POST", "repositories/acme/store/pull-requests/1", { change: "merge" });
  expect(unknown.json).toMatchObject({ code: "EMULATOR_OPTION" });
  expect((await drive("GET", "violations")).json).toStrictEqual([]);

  child.kill("SIGTERM");
  expect(await exited).toStrictEqual([0, null]);
  await receiver.close();
});

test.for([
  ["no arguments", [], "--directory and --webhook-secret-file are required"],
  ["an unknown flag", ["--directroy", "x"], "--directroy"],
  [
    "a port that is none",
    ["--directory", ".", "--webhook-secret-file", "x", "--port", "http"],
    "--port http",
  ],
  [
    "a secret it cannot read",
    ["--directory", ".", "--webhook-secret-file", "/nowhere/s"],
    "/nowhere/s cannot be read",
  ],
] as const)("given %s, says so and exits with 2", async ([, args, sentence]) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  expect(await text(child.stderr)).toContain(sentence);
  expect(await exited).toStrictEqual([2, null]);
});
