import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { makeInventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { programs } from "./programs.ts";
import { milliseconds, type Section } from "./report.ts";
import { percentile } from "./statistics.ts";

const keyCount = 1_000;
const keystrokes = 60;
const size = { columns: 160, rows: 45 };

/** How long the terminal UI takes from a keystroke to the first byte of the new frame, in a real pseudo-terminal. */
export async function benchKeystroke(): Promise<Section> {
  using directory = makeTemporaryDirectory();
  const server = await startKeyServer({
    file: programs.keyServer,
    directory: directory.path,
    env: process.env,
  });
  const method = `${keyCount} keys, ${size.columns}x${size.rows}, pseudo-terminal by script(1), ${keystrokes} keystrokes, each after the screen was quiet.`;
  try {
    const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
    for (let index = 0; index < keyCount; index += 1) {
      await inventory.create({
        provider: "aforo",
        name: `bench ${index}`,
        kind: "secret",
        environment: "sandbox",
      });
    }
    const samples = await typeInto(server.url, server.tokenFile);
    if (samples === null)
      return { title: "Terminal UI", method: `${method} script(1) is not on PATH: not measured.`, rows: [] };
    return {
      title: "Terminal UI",
      method,
      rows: [
        { measure: "start to first byte", value: milliseconds(samples.firstByteMs), compared: "" },
        {
          measure: "keystroke to first byte p50",
          value: milliseconds(percentile(samples.keystrokesMs, 0.5)),
          compared: "",
        },
        {
          measure: "keystroke to first byte p95",
          value: milliseconds(percentile(samples.keystrokesMs, 0.95)),
          compared: "",
        },
        { measure: "bytes per keystroke p50", value: `${percentile(samples.bytes, 0.5)} B`, compared: "" },
      ],
    };
  } finally {
    await server.program.stop();
  }
}

interface Samples {
  readonly firstByteMs: number;
  readonly keystrokesMs: readonly number[];
  readonly bytes: readonly number[];
}

async function typeInto(serverUrl: string, tokenFile: string): Promise<Samples | null> {
  const command = `stty cols ${size.columns} rows ${size.rows}; exec "${process.execPath}" "${programs.tui}" --server ${serverUrl} --token-file "${tokenFile}"`;
  const child = spawn("script", ["-qfec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh" },
  });
  const started = await Promise.race([
    once(child, "spawn").then(() => true),
    once(child, "error").then(() => false),
  ]);
  if (!started) return null;
  const startedAtMs = performance.now();
  await once(child.stdout, "data");
  const firstByteMs = performance.now() - startedAtMs;
  await quiet(child, 500);
  const keystrokesMs: number[] = [];
  const bytes: number[] = [];
  for (let index = 0; index < keystrokes; index += 1) {
    const sentAtMs = performance.now();
    child.stdin.write(index % 4 === 3 ? "k" : "j");
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    keystrokesMs.push(performance.now() - sentAtMs);
    bytes.push(first.length + (await quiet(child, 60)));
  }
  child.stdin.write("q");
  child.stdin.end();
  await once(child, "exit");
  return { firstByteMs, keystrokesMs, bytes };
}

/** Resolves with the bytes seen until nothing was written for `quietMs`. */
function quiet(child: ChildProcess, quietMs: number): Promise<number> {
  return new Promise((resolve) => {
    let seen = 0;
    let timer = setTimeout(done, quietMs);
    function listen(chunk: Buffer): void {
      seen += chunk.length;
      clearTimeout(timer);
      timer = setTimeout(done, quietMs);
    }
    function done(): void {
      child.stdout?.off("data", listen);
      resolve(seen);
    }
    child.stdout?.on("data", listen);
  });
}
