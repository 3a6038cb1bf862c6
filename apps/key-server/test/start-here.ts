import { Writable } from "node:stream";
import { makeClock, makeRandom } from "@keywarden/testing";
import { run } from "../src/run.ts";

/** The program in this process. */
export interface Running extends AsyncDisposable {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<0 | 1 | 2>;
  stop(): Promise<0 | 1 | 2>;
  /** As SIGHUP asks for it. */
  reload(): void;
  /** The address of the ready line. */
  ready(): Promise<string>;
}

let seed = 1;

/** Runs the program in this process, with a clock of its own. */
export function start(argv: readonly string[]): Running {
  const stop = new AbortController();
  let reload = (): void => {};
  const written = { stdout: "", stderr: "" };
  const waiting: (() => void)[] = [];
  const capture = (name: "stdout" | "stderr") =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[name] += String(chunk);
        for (const wake of waiting.splice(0)) wake();
        done();
      },
    });
  const [stdout, stderr] = [capture("stdout"), capture("stderr")];
  const exit = run({
    argv,
    env: {},
    print: (text) => void stdout.write(text),
    warn: (text) => void stderr.write(text),
    stderr,
    clock: makeClock(),
    randomBytes: makeRandom((seed += 1)),
    stop: stop.signal,
    onReload: (listener) => {
      reload = listener;
    },
    prepareToServe: () => {},
  });
  const stopped = () => {
    stop.abort();
    return exit;
  };
  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    exit,
    stop: stopped,
    reload: () => reload(),
    ready: async () => {
      for (;;) {
        const address = /^keywarden-server listening on (http:\S+)$/m.exec(written.stdout)?.[1];
        if (address !== undefined) return address;
        const woken = new Promise<"woken">((resolve) => waiting.push(() => resolve("woken")));
        if ((await Promise.race([woken, exit])) !== "woken") throw new Error(written.stderr);
      }
    },
    [Symbol.asyncDispose]: async () => void (await stopped()),
  };
}
