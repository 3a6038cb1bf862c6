import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ChannelError, type Channel, type Notice } from "@keywarden/channels";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import { expect, test } from "vitest";
import { readChannels } from "../src/settings/read-channels.ts";
import { makeServer, type TestServer } from "./make-server.ts";

const startMs = Date.UTC(2026, 5, 1, 12);

/** A channel that fails so often before it takes a notice. */
function makeChannel(name: string, failures = 0) {
  const told: Notice[] = [];
  let left = failures;
  const channel: Channel = {
    name,
    send: async (notice) => {
      if (left > 0) {
        left -= 1;
        throw new ChannelError("CHANNEL_UNAVAILABLE", `channel ${name}: no answer`);
      }
      told.push(notice);
    },
  };
  return { channel, told };
}

async function makeNoise(server: TestServer): Promise<{ readonly id: string; readonly text: string }> {
  const { key, text } = await server.issue("example", "secret", "production", {
    name: "web",
    owner: "ann",
    restrictions: { ipRanges: ["192.0.2.0/24"] },
  });
  const body = { moreThan: 3, per: "minute" };
  expect((await server.call("POST", `/v1/keys/${key.id}/alerts`, { body })).statusCode).toBe(201);
  const refused = Array.from({ length: 25 }, () => ({ key: text, ip: "198.51.100.1", path: "/v1/users/1" }));
  await server.call("POST", "/v1/keys/verify", { body: refused });
  await server.app.flush();
  return { id: key.id, text };
}

test("every channel is told of alerts and of what was noticed, once, with the key, its owner and what to do", async () => {
  const one = makeChannel("security");
  const other = makeChannel("mail");
  await using server = await makeServer({ startMs, channels: [one.channel, other.channel] });
  const { id, text } = await makeNoise(server);

  await server.app.deliverAlerts();
  await server.app.deliverAlerts();

  expect(one.told.map(({ event }) => event).toSorted()).toEqual(["alert.fired", "security.noticed"]);
  expect(new Set(other.told.map((notice) => notice.id))).toEqual(
    new Set(one.told.map((notice) => notice.id)),
  );
  const noticed = one.told.find(({ event }) => event === "security.noticed");
  expect(noticed).toMatchObject({
    title: `example key web (${id}): failed attempts, warning`,
    remedy: `If it is in wrong hands: keywarden keys disable ${id}, and keywarden rotate ${id}.`,
  });
  expect(noticed?.facts).toContainEqual(["Owner", "ann"]);
  assertNoKey(JSON.stringify([one.told, other.told]), [new Secret(text)]);
});

test("what a channel does not take is sent again later, also by another process", async () => {
  const { channel, told } = makeChannel("security", 2);
  await using server = await makeServer({ startMs, channels: [channel] });
  await makeNoise(server);

  const logged = () => server.log.text.match(/"channel":"security","reason":"[^"]*","msg":"[^"]*"/g);
  await server.app.deliverAlerts();
  expect(told).toHaveLength(0);
  await server.app.deliverAlerts();
  expect(told).toHaveLength(0);
  // Whoever runs the server hears of it at once, and not only when it is given up after two days.
  const sentence = "a notice could not be delivered; it is tried again for two days";
  const line = `"channel":"security","reason":"channel security: no answer","msg":"${sentence}"`;
  expect(logged()).toEqual([line, line]);
  server.clock.advance(1000);
  await server.app.deliverAlerts();

  expect(told).toHaveLength(2);
  expect(logged()).toHaveLength(2);
});

test("channels are read from a file, and their secrets from files that nobody else may read", async () => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "etc", "channels.json");
  mkdirSync(dirname(file));
  writeFileSync(file, JSON.stringify([{ kind: "slack", name: "security", urlFile: "slack-url" }]));
  const secret = join(dirname(file), "slack-url");

  await expect(readChannels(file)).rejects.toThrow(`--channels: ${secret} cannot be read`);
  writeFileSync(secret, "https://hooks.slack.example/x", { mode: 0o600 });
  expect((await readChannels(file)).map(({ name }) => name)).toEqual(["security"]);
  writeFileSync(join(dirname(file), "open-url"), "https://hooks.slack.example/x", { mode: 0o644 });
  writeFileSync(file, JSON.stringify([{ kind: "slack", name: "security", urlFile: "open-url" }]));
  await expect(readChannels(file)).rejects.toThrow(/others on this machine may read .*; run: chmod 0600 /);
});

test.each([
  ["not JSON", "is not JSON"],
  ['[{"kind":"pigeon","name":"x"}]', "Invalid"],
])("a file with %s is refused with a sentence", async (text, why) => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "channels.json");
  writeFileSync(file, text);
  await expect(readChannels(file)).rejects.toThrow(why);
});
