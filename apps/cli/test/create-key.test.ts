import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInProviders } from "@keywarden/key-format";
import { createKeySchema, dialectOf } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { bindingFlags } from "../src/keys/binding/provider-flags.ts";
import { runHere } from "./terminal.ts";

test("keys create whose answer is lost says that there may be a key, and how to find it before trying again", async () => {
  using place = makeTemporaryDirectory();
  const server = createServer((request) => void request.socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  const result = await runHere(
    [
      ..."keys create --provider aforo --environment sandbox --print --token-file token --server".split(" "),
      `http://127.0.0.1:${port}`,
      "--name",
      "billing api",
    ],
    { directory: place.path },
  );
  await new Promise((resolve) => void server.close(resolve));
  expect([result.status, result.stdout]).toEqual([2, ""]);
  expect(result.stderr).toMatch(
    /could not be reached: it closed the connection\. If the request arrived, a new key exists that nobody has: check with keywarden keys list "billing api" before you retry, and revoke it\.\n$/,
  );
});

/** Runs `keys create --print` and gives what the server was asked to make; null where it was not asked. */
async function askToCreate(argv: readonly string[]) {
  using place = makeTemporaryDirectory();
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  let asked: string | null = null;
  const server = createServer((request, response) => {
    asked = "";
    request.on("data", (chunk) => (asked += String(chunk)));
    request.on("end", () => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connection = ["--token-file", "token", "--server", `http://127.0.0.1:${port}`];
  const { stderr, status } = await runHere(
    ["keys", "create", "--print", "--name", "a", ...argv, ...connection],
    { directory: place.path },
  );
  await new Promise((resolve) => void server.close(resolve));
  const body = asked === null ? null : createKeySchema.parse(JSON.parse(asked));
  return { body, stderr, status };
}

const samples: Readonly<Record<string, string>> = {
  "--tenant": "acme",
  "--application": "app_1",
  "--product": "metering",
  "--ip-range": "192.0.2.0/24",
  "--referrer": "https://app.example.com",
  "--endpoint": "GET /v1/users/*",
  "--project-tag": "roof",
  "--rate-limit": "100/1m",
};
const sampleOf = (flag: string): readonly string[] => [flag, samples[flag] ?? `no sample for ${flag}`];

test.each(builtInProviders)(
  "keys create takes all that a key of $name can be bound to, its labels and its words for kinds",
  async ({ id, formats, dialect: dialectName }) => {
    const dialect = dialectOf(dialectName);
    for (const { label, kind, environment } of formats) {
      const word = dialect.kindWords?.[kind] ?? kind;
      const argv = ["--provider", id, "--environment", label, "--kind", word];
      const { body } = await askToCreate([...argv, ...bindingFlags(dialect).flatMap(sampleOf)]);
      expect(body).toMatchObject({ provider: id, kind, environment });
      expect(Object.keys(body?.restrictions ?? {}).toSorted()).toEqual([...dialect.restrictions].toSorted());
    }
  },
);

test("keys create refuses what the provider's keys cannot be bound to, in its own words and before it asks", async () => {
  const argv = ["--provider", "example", "--environment", "live", ...sampleOf("--tenant")];
  expect(await askToCreate(argv)).toMatchObject({
    status: 2,
    body: null,
    stderr: expect.stringContaining(
      "Keys of Example take no --tenant; they take --ip-range, --referrer, --endpoint, --rate-limit.",
    ) as string,
  });
  const standard = ["--provider", "aero2", "--environment", "live", "--kind", "standard"];
  expect(await askToCreate(standard)).toMatchObject({
    status: 2,
    body: null,
    stderr: expect.stringContaining("is not a kind of Aero2; there are publishable, secret.") as string,
  });
});
