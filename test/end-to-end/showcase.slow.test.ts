import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, onTestFinished, test } from "vitest";

const tui = fileURLToPath(new URL("../../apps/tui/dist/main.js", import.meta.url));
const main = fileURLToPath(new URL("../../apps/showcase/src/main.ts", import.meta.url));

// A body of twelve characters or more behind a prefix is more than redaction ever shows.
const wholeKey = /[a-z]{2}_(?:live|test|sand|prod|dev)_[A-Za-z0-9]{12,}/;

function start(directory: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, TMPDIR: directory, TEMP: directory, TMP: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  const closed = once(child, "close").then(() => child.exitCode);
  // A test that fails leaves no program behind; the showcase stops its own.
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill("SIGINT");
    await closed;
  });
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      const more = await Promise.race([once(child.stdout, "data"), closed.then(() => null)]);
      if (more === null) throw new Error(`the showcase ended without saying «${text}»:\n${output}`);
    }
  };
  return { child, closed, said, output: () => output };
}

/** Runs the line that the showcase prints for the inventory, once, and gives why each key is named. */
async function lookAtTheInventory(output: string) {
  const [, line = ""] = /npx keywarden-tui (.+)/.exec(output) ?? [];
  const args = [tui, ...line.trim().split(" "), "--once", "--screen", "next", "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  const { rows } = JSON.parse(stdout) as { readonly rows: readonly { readonly reason: string }[] };
  return { status: child.exitCode, stderr, reasons: rows.map(({ reason }) => reason) };
}

/** Signs in by the link that the showcase prints, and gives the first page. */
async function lookAtTheConsole(output: string): Promise<string> {
  const link = new URL(/http\S+sign-in\?link=\S+/.exec(output)?.[0] ?? "");
  const body = new URLSearchParams({ link: link.searchParams.get("link") ?? "" });
  const signedIn = await fetch(new URL("/console/sign-in", link), {
    method: "POST",
    body,
    redirect: "manual",
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(";", 1)[0])
    .join("; ");
  return (await fetch(new URL("/console", link), { headers: { cookie } })).text();
}

describe("npm start", () => {
  test("plays the loop in a pipe, ends with status 0, prints no whole key and leaves nothing behind", async () => {
    using directory = makeTemporaryDirectory();
    const showcase = start(directory.path);
    const status = await showcase.closed;
    const output = showcase.output();
    expect(output).not.toMatch(wholeKey);
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining("The loop is closed."),
    });
    for (const sentence of [
      "14 keys issued in the documented formats of 5 providers",
      "a clean commit passes",
      "a commit with a live key is blocked",
      "ms after the push a call with",
      "answers 401",
      "reported, still valid",
      "left alone, made to be public",
      "never issued: reported as not ours",
      "audit chain of",
      "older keys are imported by their hashes",
    ]) {
      expect(output).toContain(sentence);
    }
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test("stops its programs and removes its data when it is interrupted in the middle", async () => {
    using directory = makeTemporaryDirectory();
    const showcase = start(directory.path);
    await showcase.said("keywarden-server owns the keys: ");
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(showcase.output())?.[0] ?? "";
    showcase.child.kill("SIGINT");
    expect(await showcase.closed).toBe(130);
    expect(readdirSync(directory.path)).toEqual([]);
    await expect(fetch(address)).rejects.toThrow("fetch failed");
  });

  test("with --keep says where everything listens and goes on until it is interrupted", async () => {
    using directory = makeTemporaryDirectory();
    const showcase = start(directory.path, "--keep");
    await showcase.said("npx keywarden-tui");
    const addresses = [
      ...showcase.output().matchAll(/(management API|GitHub App|GitHub emulator) +(http:\S+)/g),
    ];
    expect(addresses.map(([, name]) => name)).toEqual(["management API", "GitHub App", "GitHub emulator"]);
    for (const [, , address] of addresses.slice(0, 2)) {
      expect((await fetch(`${address}/healthz`)).status).toBe(200);
    }
    const shown = await lookAtTheInventory(showcase.output());
    expect(shown).toMatchObject({ status: 1, stderr: "" });
    expect(shown.reasons).toEqual(
      expect.arrayContaining(["exposed", "departed", "overdue", "in grace", "due"]),
    );
    const page = await lookAtTheConsole(showcase.output());
    expect(page).toContain("exposed: found");
    expect(page).toContain("acme/webshop, and it still works");
    expect(page).toContain("ben has left");
    expect(page).not.toContain("Not looked at");
    expect(page).not.toMatch(wholeKey);
    showcase.child.kill("SIGINT");
    expect(await showcase.closed).toBe(130);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test("refuses a flag that it does not know, with status 2 and its usage", async () => {
    using directory = makeTemporaryDirectory();
    const showcase = start(directory.path, "--kepe");
    expect(await showcase.closed).toBe(2);
    expect(showcase.output()).toContain("--keep");
    expect(readdirSync(directory.path)).toEqual([]);
  });
});
