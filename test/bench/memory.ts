import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeRepository, makeTemporaryDirectory, type TestRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import type { Row, Section } from "./report.ts";

const mebibyte = 2 ** 20;
const fileMib = 2_048;
const historyMib = 5_120;
const fileCount = 100_000;

/** How much memory the program holds at most while it reads what is far larger than that. Linux only. */
export async function benchMemory(): Promise<Section> {
  const rows = [await measureFile(), await measureHistory(), await measureIndex()];
  return {
    title: "Memory",
    method: `The most that the program has resident (VmHWM of its one process, git's own left out); lines of source-like text; one run each.`,
    rows,
  };
}

async function measureFile(): Promise<Row> {
  using place = makeTemporaryDirectory();
  requireRoom(place.path, fileMib);
  const path = join(place.path, "large.log");
  const handle = openSync(path, "w");
  for (let part = 0; part < fileMib / 4; part += 1) writeSync(handle, textOf(4 * mebibyte, part));
  closeSync(handle);
  return row("a file of 2 GiB", await peakOf(["scan", path], place.path));
}

async function measureHistory(): Promise<Row> {
  using repository = await makeRepository();
  requireRoom(repository.path, historyMib / 4);
  // A megabyte a blob, and some that are larger than anything should hold at once.
  const sizes = [...Array.from({ length: historyMib - 1024 }, () => 1), 256, 256, 512];
  const files = sizes.map((sizeMib, part) => ({ path: `part-${part}`, sizeMib, part }));
  await importFiles(repository, files);
  return row("a history of 5 GiB", await peakOf(["scan", "--history"], repository.path, repository.env));
}

async function measureIndex(): Promise<Row> {
  using repository = await makeRepository();
  repository.write("first.txt", "first\n");
  await repository.commit("first");
  const files = Array.from({ length: fileCount }, (_, part) => ({
    path: `packages/room-${part % 300}/src/some/folder/file-${part}.ts`,
    sizeMib: 2 / 1024,
    part,
  }));
  await importFiles(repository, files);
  await repository.git("read-tree", "refs/heads/imported");
  return row(
    "an index of 100,000 new files",
    await peakOf(["scan", "--staged"], repository.path, repository.env),
  );
}

const row = (measure: string, { peakMib, elapsedMs }: { peakMib: number; elapsedMs: number }): Row => ({
  measure,
  value: `${peakMib.toFixed(0)} MiB`,
  compared: `in ${(elapsedMs / 1000).toFixed(1)} s`,
});

interface ImportedFile {
  readonly path: string;
  readonly sizeMib: number;
  readonly part: number;
}

/** Makes one commit of the files, on a branch that is not checked out. */
async function importFiles(repository: TestRepository, files: readonly ImportedFile[]): Promise<void> {
  const args = [
    "-c",
    "core.compression=1",
    "-c",
    "core.bigFileThreshold=64m",
    "fast-import",
    "--quiet",
    "--depth=0",
  ];
  const child = spawn("git", args, {
    cwd: repository.path,
    env: repository.env,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const write = async (bytes: Uint8Array | string): Promise<void> => {
    if (!child.stdin.write(bytes)) await once(child.stdin, "drain");
  };
  for (const [index, { sizeMib, part }] of files.entries()) {
    const size = Math.round(sizeMib * mebibyte);
    await write(`blob\nmark :${index + 1}\ndata ${size}\n`);
    for (let left = size; left > 0; left -= mebibyte) {
      await write(textOf(Math.min(left, mebibyte), part + left));
    }
    await write("\n");
  }
  await write("commit refs/heads/imported\ncommitter A <a@example.com> 1 +0000\ndata 1\nx\n");
  for (const [index, { path }] of files.entries()) await write(`M 100644 :${index + 1} ${path}\n`);
  child.stdin.end();
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`git fast-import ended with ${String(status)}`);
}

const lines =
  "  const total_price = await store.live_orders(customer_id, { test_mode: false, retries: 3 });\n".repeat(
    (mebibyte * 4) / 64,
  );
const text = Buffer.from(lines);

/** Text that differs by `part`, and otherwise repeats. */
function textOf(sizeBytes: number, part: number): Buffer {
  const bytes = Buffer.from(text.subarray(0, sizeBytes));
  bytes.write(`// part ${part}\n`, 0, "latin1");
  return bytes;
}

async function peakOf(
  args: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly peakMib: number; readonly elapsedMs: number }> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [programs.cli, ...args], { cwd: directory, env, stdio: "ignore" });
  let peakMib = 0;
  const watch = setInterval(() => {
    peakMib = Math.max(peakMib, highWaterMib(child));
  }, 5);
  const [status] = await once(child, "exit");
  clearInterval(watch);
  if (status !== 0) throw new Error(`keywarden ${args.join(" ")} ended with ${String(status)}`);
  return { peakMib, elapsedMs: performance.now() - startedAtMs };
}

// What the kernel calls the high-water mark never falls, so only the last few milliseconds can be missed.
function highWaterMib({ pid }: ChildProcess): number {
  try {
    const kib = /^VmHWM:\s+(?<kib>\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.groups?.[
      "kib"
    ];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function requireRoom(path: string, neededMib: number): void {
  const { bavail, bsize } = statfsSync(path);
  const freeMib = (bavail * bsize) / mebibyte;
  if (freeMib < 2 * neededMib)
    throw new Error(`${path} has room for ${freeMib.toFixed(0)} MiB, not ${2 * neededMib}`);
}
