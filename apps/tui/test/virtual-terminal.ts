import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { textWidth } from "@keywarden/inventory";
import xterm from "@xterm/headless";
import { inventoryNowMs as nowMs } from "@keywarden/testing";
import type { Host, StopReason } from "../src/host.ts";

/** A terminal in memory, with the process around it: what the program writes can be read back cell by cell. */
export interface VirtualTerminal {
  readonly host: Host;
  /** Everything that was ever written to standard output and error. */
  readonly bytes: () => string;
  readonly errors: () => string;
  /** The screen as a reader sees it now, without trailing spaces. */
  readonly text: () => string;
  readonly isAlternate: () => boolean;
  /** Lines that scrolled out of the screen. */
  readonly scrollback: () => number;
  /** Resolves when everything that was written is on the screen. */
  readonly settled: () => Promise<void>;
  readonly type: (input: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Moves the clock and rings the 1 Hz timer. */
  readonly advance: (ms: number) => void;
  readonly stop: (reason: StopReason) => void;
  /** Resolves when the screen fulfils the condition. */
  readonly until: (isThere: (text: string) => boolean) => Promise<string>;
}

// xterm measures by Unicode 6; terminals of today and string-width agree on newer tables.
const widths = {
  version: "current",
  wcwidth: (codePoint: number): 0 | 1 | 2 =>
    Math.min(2, textWidth(String.fromCodePoint(codePoint))) as 0 | 1 | 2,
  charProperties: (codePoint: number): number => widths.wcwidth(codePoint) << 1,
};

export function openVirtualTerminal(
  args: readonly string[],
  options: {
    columns?: number;
    rows?: number;
    env?: Record<string, string>;
    isTerminal?: boolean;
    directory?: string;
  } = {},
): VirtualTerminal {
  const { columns = 120, rows = 30, env = {}, isTerminal = true, directory = "/nowhere" } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true });
  terminal.unicode.register(widths);
  terminal.unicode.activeVersion = widths.version;
  const written: string[] = [];
  const complaints: string[] = [];
  const changed = new EventEmitter().setMaxListeners(0);
  const settle = () => terminal.write("", () => changed.emit("change"));

  const stdout = Object.assign(new EventEmitter(), {
    isTTY: isTerminal,
    columns,
    rows,
    writable: true,
    write: (chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      written.push(text);
      terminal.write(text);
      settle();
      const done = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
      if (done !== undefined) queueMicrotask(done);
      return true;
    },
  });
  const stderr = Object.assign(new EventEmitter(), {
    isTTY: isTerminal,
    write: (text: string) => {
      complaints.push(text);
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: isTerminal,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  let elapsedMs = 0;
  const timers = new Set<() => void>();
  const stops: ((reason: StopReason) => void)[] = [];

  const text = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? "").trimEnd(),
    );
    return lines.join("\n");
  };

  return {
    host: {
      args,
      env: { TERM: "xterm-256color", ...env },
      program: "/nowhere/keywarden-tui",
      home: directory,
      directory,
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      fetch,
      ask: fetch,
      wallClockMs: () => nowMs,
      monotonicMs: () => elapsedMs,
      every: (_, callback) => {
        timers.add(callback);
        return () => timers.delete(callback);
      },
      onStop: (listener) => stops.push(listener),
      onContinue: () => undefined,
      limitHeap: () => undefined,
      suspend: () => Promise.resolve(),
    },
    bytes: () => written.join("") + complaints.join(""),
    errors: () => complaints.join(""),
    text,
    isAlternate: () => terminal.buffer.active.type === "alternate",
    scrollback: () => terminal.buffer.normal.baseY,
    settled: () => new Promise((resolve) => terminal.write("", resolve)),
    type: (input) => stdin.write(input),
    resize: (nextColumns, nextRows) => {
      Object.assign(stdout, { columns: nextColumns, rows: nextRows });
      terminal.resize(nextColumns, nextRows);
      stdout.emit("resize");
    },
    advance: (ms) => {
      elapsedMs += ms;
      for (const ring of timers) ring();
    },
    stop: (reason) => {
      for (const stop of stops) stop(reason);
    },
    until: (isThere) =>
      new Promise((resolve) => {
        const look = () => {
          const now = text();
          if (!isThere(now)) return;
          changed.off("change", look);
          resolve(now);
        };
        changed.on("change", look);
        look();
      }),
  };
}
