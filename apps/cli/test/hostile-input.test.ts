import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentDialects } from "../src/guard/dialects/dialects.ts";
import { takeKey } from "../src/keys/take-key.ts";
import { keywarden, live } from "./command.ts";
import { runHere } from "./terminal.ts";

const escape = "\u001B";
const rightToLeft = "\u202E";
const names = [`a\nb.env`, `${escape}[31mred.env`, `${rightToLeft}vne.txt`, `-rf`, `${"n".repeat(200)}.env`];

/** Neither control characters nor marks that turn text around reach a terminal. */
function expectPlain(text: string): void {
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|[\u202A-\u202E]/u);
}

describe("a file whose name is made to mislead", () => {
  it.each(names)("is redacted, and shown without what misleads: %#", async (name) => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, name), `API_KEY=${live}\n`);
    const { status, stdout, stderr } = await runHere(["redact", "--", name], { directory: place.path });
    expect([status, stderr]).toEqual([0, ""]);
    expectPlain(stdout);
  });

  it("is found among what agents keep, and shown without what misleads", async () => {
    using place = makeTemporaryDirectory();
    const folder = join(place.path, ".claude/projects/p");
    mkdirSync(folder, { recursive: true });
    for (const name of names) writeFileSync(join(folder, name), `{"text":"${live}"}\n`);
    const env = { HOME: place.path };
    const { status, stdout } = await runHere(["scan", "--agents"], { directory: place.path, env });
    expect(status).toBe(1);
    expect(stdout).toContain(`${names.length} keys found`);
    expectPlain(stdout);
  });
});

describe("a package with names that are made to mislead", () => {
  it("is scanned to its last file, and shown without what misleads", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "package.json"), `{"name":"shop","version":"1.0.0"}`);
    for (const name of names) writeFileSync(join(place.path, name), `API_KEY=${live}\n`);
    // npm itself leaves out what its own rules name; whether it packs the others is its affair, and none is lost.
    const { status, stdout } = await runHere(["scan", "--package"], { directory: place.path });
    expect(status).toBe(1);
    expect(stdout).toContain(`${names.length} keys found`);
    expectPlain(stdout);
  });

  it("is scanned from an archive, however long its paths are", async () => {
    using place = makeTemporaryDirectory();
    const deep = `${"d".repeat(250)}/`.repeat(17);
    const packed = [...names, `${deep}f.env`].map((name) => tarEntry(`package/${name}`, `K=${live}\n`));
    writeFileSync(join(place.path, "shop.tar"), Buffer.concat([...packed, Buffer.alloc(1024)]));
    const { status, stdout } = await runHere(["scan", "--package", "shop.tar"], { directory: place.path });
    expect(status).toBe(1);
    expect(stdout).toContain(`${names.length + 1} keys found`);
    expect(stdout).toContain(`${deep}f.env`);
    expectPlain(stdout);
  });
});

/** A file of a tar archive, with its path in a PAX record. */
function tarEntry(path: string, text: string): Buffer {
  const record = ` path=${path}\n`;
  const length = Buffer.byteLength(record);
  let digits = String(length).length;
  while (String(length + digits).length > digits) digits += 1;
  return Buffer.concat([block("x", "pax", `${length + digits}${record}`), block("0", "file", text)]);
}

function block(type: string, name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(type, 156);
  header.write("ustar\u000000", 257);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

describe("an event that an agent's hook cannot answer", () => {
  const hostile = `Later${escape}[2J\n${rightToLeft}${live}`;

  it.each(agentDialects.map(({ id }) => id))(
    "is refused with 2 by a sentence without what misleads: %s",
    async (agent) => {
      using place = makeTemporaryDirectory();
      const say = ["--event", hostile];
      const { status, stdout, stderr } = await keywarden(["guard", "check", "--agent", agent, ...say], {
        directory: place.path,
        input: JSON.stringify({ hook_event_name: hostile, cwd: place.path }),
      });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^keywarden: refused, because this event of .* is unknown: .*\. See https:/);
      expectPlain(stderr);
    },
  );
});

describe("what is pasted into keys lookup", () => {
  it.each([
    ["NUL", Buffer.from("\0")],
    ["half a pair of surrogates", Buffer.from([0xed, 0xa0, 0x80])],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x80, 0xc0])],
    ["escapes of a terminal", Buffer.from(`${escape}[2Jx`)],
    ["a placeholder", Buffer.from("sk_live_YOUR_KEY_HERE")],
    ["a key that is cut off", Buffer.from(live.slice(0, 30))],
  ])("is not called nobody's key: %s", async (_what, input) => {
    const { status, stdout, stderr } = await lookUp(input);
    expect(stdout).not.toContain("No provider of this server");
    expect(status).toBe(2);
    expectPlain(stdout + stderr);
  });

  it("is nobody's where it is a whole key that the server does not know, whatever stands around it", async () => {
    const { status, stdout } = await lookUp(Buffer.from(`\0K=${live}\0`));
    expect([status, stdout]).toEqual([1, "No provider of this server has issued this key.\n"]);
  });
});

/** Runs `keys lookup` against a server that knows no key. */
async function lookUp(input: Buffer): Promise<Awaited<ReturnType<typeof keywarden>>> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(`{"found":false}`);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const place = makeTemporaryDirectory();
  onTestFinished(() => place.remove());
  writeFileSync(join(place.path, "token"), "kwt_of_a_test", { mode: 0o600 });
  const connection = ["--token-file", "token", "--server", `http://127.0.0.1:${port}`];
  return keywarden(["keys", "lookup", ...connection], { directory: place.path, input });
}

describe("text that is made to mislead", () => {
  it.each([
    ["NUL", `\u0000K=${live}\u0000`],
    ["half a pair of surrogates", `\uD800K=${live}\uDC00`],
    ["escapes of a terminal", `${escape}]0;x\u0007K=${live}`],
    ["marks that turn text around", `${rightToLeft}K=${live}`],
  ])("does not hide a key from the guard: %s", async (_what, content) => {
    using place = makeTemporaryDirectory();
    const tool = `Write${escape}[2J${rightToLeft}`;
    const event = { hook_event_name: "PreToolUse", tool_name: tool, tool_input: { file_path: "a", content } };
    const { status, stdout } = await keywarden(["guard", "check", "--agent", "claude"], {
      directory: place.path,
      input: JSON.stringify({ ...event, cwd: place.path }),
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('"permissionDecision":"deny"')]);
    expectPlain(stdout);
  });

  it.each(["\u0000", "\uD800", `${escape}[2J`, "a".repeat(1000), "sk_live_\u202E"])(
    "is no key that could be nobody's: %#",
    (text) => {
      const taken = takeKey(text);
      expect("text" in taken && taken.doubt === null).toBe(false);
    },
  );
});
