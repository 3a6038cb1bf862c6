import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { KeyServerError } from "../key-server-error.ts";
import { announce } from "../listening.ts";
import type { ServeOptions } from "../options.ts";
import type { Process } from "../process.ts";
import { answerForAll } from "./metrics-of-all.ts";

const PAUSE_MS = 1000;

/**
 * Serves with several processes that share one listener, until it is told to stop. One that dies is replaced.
 *
 * @returns 2 where the first of them could not serve; it has said why
 */
export async function serveWorkers(options: ServeOptions, process: Process): Promise<0 | 2> {
  if (options.databaseUrl === null)
    throw new KeyServerError(
      "SERVER_BAD_OPTION",
      "--workers needs --database-url: SQLite keeps one writer, and a second process would not see its memory",
    );
  answerForAll();
  const ended = new Map<Worker, Promise<unknown>>();
  const start = (): Worker => {
    const worker = cluster.fork();
    ended.set(
      worker,
      once(worker, "exit").finally(() => ended.delete(worker)),
    );
    return worker;
  };
  // Alone at first: it brings the schema forward, and what keeps it from serving is said once.
  const first = start();
  const listening = once(first, "listening", { signal: process.stop }).catch(() => null);
  const begun = await Promise.race([listening, ended.get(first)?.then(() => null)]);
  const bound: unknown = Array.isArray(begun) ? begun[0] : null;
  const port = Number(Reflect.get(Object(bound), "port"));
  if (bound !== null) {
    const keepAlive = async (worker: Worker): Promise<void> => {
      await ended.get(worker);
      if (process.stop.aborted) return;
      process.warn("a worker ended; starting another one\n");
      await setTimeout(PAUSE_MS, undefined, { signal: process.stop }).catch(() => {});
      if (!process.stop.aborted) void keepAlive(start());
    };
    void keepAlive(first);
    const others = Array.from({ length: options.workers - 1 }, start);
    await Promise.race([
      Promise.all(others.map((worker) => once(worker, "listening"))),
      aborted(process.stop),
    ]);
    for (const worker of others) void keepAlive(worker);
    announce(options, port, process, ` with ${options.workers} workers`);
    process.onReload(() => {
      for (const worker of ended.keys()) worker.process.kill("SIGHUP");
    });
    await aborted(process.stop);
  }
  const isStopped = process.stop.aborted;
  for (const worker of ended.keys()) worker.process.kill("SIGTERM");
  await Promise.all(ended.values());
  return isStopped ? 0 : 2;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
