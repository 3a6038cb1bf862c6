import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory, sha256, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runHere } from "./terminal.ts";

interface Sent {
  readonly keys: readonly { readonly name: string }[];
  readonly dryRun: boolean;
}

let place: TemporaryDirectory;
let server: Server;
let sent: Sent[] = [];
let refusesName: string | null = null;
let mostAtOnce = 0;

// A server that only counts: what it answers is the import's contract, and no key is judged.
beforeEach(async () => {
  place = makeTemporaryDirectory();
  [sent, refusesName, mostAtOnce] = [[], null, 0];
  let atOnce = 0;
  server = createServer((request, response) => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => void pieces.push(piece));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as Sent;
      sent.push(body);
      const at = body.dryRun ? -1 : body.keys.findIndex(({ name }) => name === refusesName);
      const refused = at < 0 ? [] : [{ index: at, reason: "conflict", message: "it is somebody's" }];
      const created = refused.length > 0 ? 0 : body.keys.length;
      atOnce -= 1;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ created, existing: 0, refused }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => void server.close(resolve));
  place.remove();
});

async function importRows(count: number, extra: object = {}) {
  const row = (index: number) => ({
    provider: "aforo",
    name: `key ${index}`,
    environment: "production",
    sha256: sha256(`row ${index}`),
    ...extra,
  });
  const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify(row(index))}\n`);
  writeFileSync(join(place.path, "rows.jsonl"), lines.join(""));
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  const { port } = server.address() as AddressInfo;
  return runHere(
    [
      "keys",
      "import",
      "rows.jsonl",
      "--yes",
      "--server",
      `http://127.0.0.1:${port}`,
      "--token-file",
      "token",
    ],
    { directory: place.path },
  );
}

const stored = () => sent.filter(({ dryRun }) => !dryRun);

describe("keys import", () => {
  test("sends as many rows at once as the server takes, one request after the other, each row twice", async () => {
    expect(await importRows(12_001)).toEqual({
      status: 0,
      stdout: "12001 keys imported.\n",
      stderr: "",
    });
    expect(sent.map(({ dryRun, keys }) => [dryRun, keys.length])).toEqual(
      [true, false].flatMap((dryRun) => [5000, 5000, 2001].map((length) => [dryRun, length])),
    );
    expect(stored().flatMap(({ keys }) => keys.map(({ name }) => name))).toEqual(
      Array.from({ length: 12_001 }, (_, index) => `key ${index}`),
    );
    expect(mostAtOnce).toBe(1);
  });

  test("keeps a request below what the server takes in bytes, however long the rows are", async () => {
    expect((await importRows(60, { owner: "é".repeat(100_000) })).status).toBe(0);
    const sizes = sent.map((body) => Buffer.byteLength(JSON.stringify(body)));
    expect(Math.max(...sizes)).toBeLessThan(4 * 1024 * 1024);
    expect(stored().flatMap(({ keys }) => keys)).toHaveLength(60);
  });

  test.each([
    ["nowhere.jsonl", "there is no such file or folder"],
    [".", "it is a folder"],
  ])("says that %s cannot be read before it asks for a server", async (file, why) => {
    const result = await runHere(["keys", "import", file], { directory: place.path });
    expect([result.status, result.stderr]).toEqual([2, expect.stringContaining(`cannot be read: ${why}`)]);
  });

  test("stops storing at the first refusal, says how much is stored, and sends nothing after it", async () => {
    refusesName = "key 6000";
    expect(await importRows(20_000)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        "5000 keys imported, then line 6001 was refused: it is somebody's.",
      ) as string,
    });
    expect(stored()).toHaveLength(2);
  });
});
