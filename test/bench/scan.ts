import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findPeers, runPeer } from "./other-scanners.ts";
import { programs } from "./programs.ts";
import { makeRepository, type TestRepository } from "@keywarden/testing";
import { megabytesPerSecond, milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { sourceFile } from "./source-file.ts";
import { median, medianRatio, timeInTurns } from "./statistics.ts";

const { cli } = programs;
const fileCount = 3_400;
const commitCount = 12;
const rounds = 3;

/** How fast a tree, an index and a whole history go by, next to reading the same bytes, and to the scanners that are on PATH. */
export async function benchScan(): Promise<Section> {
  using repository = await makeRepository();
  const { paths, treeBytes, historyBytes } = await fill(repository);
  using staged = await makeRepository();
  for (const path of paths) staged.write(path, readFileSync(join(repository.path, path)));
  await staged.git("add", ".");

  const blobs = await listBlobs(repository);
  const ours =
    (where: TestRepository, ...args: string[]) =>
    () =>
      runOnce(process.execPath, [cli, "scan", ...args], { cwd: where.path, env: where.env, expected: 0 });
  const jobs = [
    ["tree", repository, treeBytes, "keywarden scan, tree"],
    ["staged", staged, treeBytes, "keywarden scan --staged, all new"],
    ["history", repository, historyBytes, "keywarden scan --history"],
  ] as const;
  const statuses = new Map<string, number>();
  const theirs = findPeers().flatMap((peer) =>
    jobs.flatMap(([job, { path, env }, sizeBytes, measure]) => {
      const args = peer[job];
      if (args === undefined) return [];
      const name = `${peer.name} ${args.slice(0, 2).join(" ")}`;
      const run = async () => statuses.set(name, await runPeer(peer, args, { cwd: path, env }));
      return [{ name, job, sizeBytes, measure, run }];
    }),
  );

  const variants: Record<string, () => unknown> = {
    read: () => {
      for (const path of paths) readFileSync(join(repository.path, path));
    },
    tree: ours(repository),
    staged: ours(staged, "--staged"),
    historyFloor: () => catBlobs(repository, blobs),
    history: ours(repository, "--history"),
    ...Object.fromEntries(theirs.map(({ name, run }) => [name, run])),
  };
  const samples = await timeInTurns(variants, rounds);
  const of = (name: string): readonly number[] => samples[name] ?? [];
  const row = (measure: string, name: string, sizeBytes: number, base: string, what: string) => ({
    measure,
    value: `${milliseconds(median(of(name)))}, ${megabytesPerSecond(sizeBytes, median(of(name)))}`,
    compared: `${times(medianRatio(of(name), of(base)))} ${what}`,
  });
  const size = `${fileCount} files, ${(treeBytes / 1e6).toFixed(0)} MB`;
  return {
    title: "Trees, index and history",
    method: `Generated source files (${size}; history of ${commitCount} commits, ${(historyBytes / 1e6).toFixed(0)} MB of blobs); whole processes; median of ${rounds} rounds in turns.${theirs.length > 0 ? "" : " No other scanner is on PATH."}`,
    rows: [
      row("keywarden scan, tree", "tree", treeBytes, "read", "readFileSync of the same files in one process"),
      row(
        "keywarden scan --staged, all new",
        "staged",
        treeBytes,
        "read",
        "readFileSync of the same files in one process",
      ),
      row(
        "keywarden scan --history",
        "history",
        historyBytes,
        "historyFloor",
        "git cat-file --batch over the same blobs, already listed",
      ),
      ...theirs.map(({ name, job, sizeBytes, measure }) =>
        row(measure, job, sizeBytes, name, `${name} (exit ${statuses.get(name)})`),
      ),
    ],
  };
}

async function listBlobs(repository: TestRepository): Promise<string> {
  const objects = await repository.run(["rev-list", "--objects", "--no-object-names", "--all"]);
  const check = ["cat-file", "--batch-check=%(objecttype) %(objectname)"];
  const { stdout } = await repository.run(check, { input: objects.stdout });
  const blobs = stdout.toString("latin1").matchAll(/^blob (?<id>[0-9a-f]+)$/gmu);
  return [...blobs].map(({ groups }) => `${groups?.["id"] ?? ""}\n`).join("");
}

async function catBlobs(repository: TestRepository, ids: string): Promise<void> {
  const cat = spawn("git", ["cat-file", "--batch"], {
    cwd: repository.path,
    env: repository.env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  cat.stdin.end(ids);
  cat.stdout.resume();
  await once(cat, "close");
}

/** Writes the tree and a history in which every commit changes a share of the files. */
async function fill(
  repository: TestRepository,
): Promise<{ paths: string[]; treeBytes: number; historyBytes: number }> {
  const paths = Array.from({ length: fileCount }, (_, index) => `src/room-${index % 60}/file-${index}.ts`);
  const sizes = new Map<string, number>();
  let historyBytes = 0;
  const write = (path: string, seed: number): void => {
    const text = sourceFile(seed);
    repository.write(path, text);
    sizes.set(path, text.length);
    historyBytes += text.length;
  };
  for (const [index, path] of paths.entries()) write(path, index);
  await repository.commit("first");
  for (let commit = 1; commit < commitCount; commit += 1) {
    for (let index = commit; index < paths.length; index += 50)
      write(paths[index] ?? "", commit * 100_003 + index);
    await repository.commit(`change ${commit}`);
  }
  return { paths, treeBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), historyBytes };
}
