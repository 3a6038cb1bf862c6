import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { channelSchema, makeChannels, noticeSchema, oneLine } from "@keywarden/channels";
import { expect, test } from "vitest";

const slack = channelSchema.parse({ kind: "slack", name: "security", urlFile: "slack-url" });

test("channels are made with the secrets that their files hold", () => {
  const read: string[] = [];
  const mail = channelSchema.parse({
    kind: "email",
    name: "mail",
    host: "mail.example.com",
    passwordFile: "mail-password",
    from: "keys@example.com",
    to: ["security@example.com"],
  });
  const channels = makeChannels([slack, mail], (file) => `${read.push(file)}`, Date.now);
  expect(channels.map(({ name }) => name)).toEqual(["security", "mail"]);
  expect(read).toEqual(["slack-url", "mail-password"]);
});

test("a channel that does not answer says why, and not at which address", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const [channel] = makeChannels([slack], () => `http://127.0.0.1:${port}/whsec`, Date.now);
  const notice = { id: "n", event: "alert.fired", title: "t", facts: [], remedy: "r", body: {} };
  const error: unknown = await channel?.send(noticeSchema.parse(notice)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "CHANNEL_UNAVAILABLE",
    message: "channel security: nothing listens there",
  });
});

test("two channels do not share a name, by which jobs find them", () => {
  expect(() => makeChannels([slack, slack], () => "x", Date.now)).toThrow(
    'channels: "security" is the name of two channels',
  );
});

test("a name of somebody else's makes no second line and no direction", () => {
  expect(oneLine("a\r\nBcc: x\u202Ey\u2028")).toBe("a??Bcc: x?y?");
});

test.each([
  { kind: "webhook", name: "a", url: "ftp://example.com", secretFile: "s" },
  { kind: "slack", name: "UPPER", urlFile: "s" },
  { kind: "email", name: "m", host: "h", from: "a@b\r\nBcc: c@d", to: ["a@b"] },
  { kind: "email", name: "m", host: "h", from: "a@b", to: [] },
])("%j is no channel", (config) => {
  expect(channelSchema.safeParse(config).success).toBe(false);
});
