import type { Terminal } from "./terminal.ts";

/** Where a bar is drawn and how time is told. */
export interface ProgressOutput {
  readonly now: () => number;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
}

export interface Progress {
  /** Says how far the work has come; `total` is null while nobody knows. Draws at most ten times a second. */
  readonly update: (done: number, total: number | null) => void;
  /** Takes the bar away. */
  readonly finish: () => void;
}

const silentMs = 1000;
const betweenMs = 100;
const barWidth = 24;

/** Makes a bar with rate and time left for work that takes longer than a second; nothing at all off a terminal. */
export function makeProgress(noun: string, output: ProgressOutput): Progress {
  if (!output.isTerminal) return { update: () => {}, finish: () => {} };
  const startedAtMs = output.now();
  let drawnAtMs = startedAtMs + silentMs - betweenMs;
  let isDrawn = false;
  return {
    update: (done, total) => {
      const nowMs = output.now();
      if (nowMs - drawnAtMs < betweenMs) return;
      drawnAtMs = nowMs;
      isDrawn = true;
      const line = renderProgress({ done, total, noun, elapsedMs: nowMs - startedAtMs });
      output.write(`\r${line.slice(0, Math.max(1, (output.columns || 80) - 1))}\u001B[K`);
    },
    finish: () => {
      if (isDrawn) output.write("\r\u001B[K");
      isDrawn = false;
    },
  };
}

/** Makes the bar of a command, on its standard error. */
export function progressBarOf(
  noun: string,
  terminal: Pick<Terminal, "now" | "isErrorTerminal" | "columns" | "warn">,
): Progress {
  const { now, isErrorTerminal, columns, warn } = terminal;
  return makeProgress(noun, { now, isTerminal: isErrorTerminal === true, columns, write: warn });
}

/** Renders one line: `[######      ]  41% · 12,000 of 29,000 objects · 9,800/s · 2 s left`. */
export function renderProgress(work: {
  readonly done: number;
  readonly total: number | null;
  readonly noun: string;
  readonly elapsedMs: number;
}): string {
  const { done, noun, elapsedMs } = work;
  const total = work.total === null ? null : Math.max(work.total, done);
  const perSecond = (done * 1000) / Math.max(1, elapsedMs);
  const rate = `${grouped(Math.round(perSecond))}/s`;
  if (total === null || total === 0) return `${grouped(done)} ${noun} · ${rate}`;
  const share = done / total;
  const bar = "#".repeat(Math.floor(share * barWidth)).padEnd(barWidth);
  const left = perSecond === 0 ? "" : ` · ${spanText((total - done) / perSecond)} left`;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `[${bar}] ${percent} · ${grouped(done)} of ${grouped(total)} ${noun} · ${rate}${left}`;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/gu, ",");

function spanText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
