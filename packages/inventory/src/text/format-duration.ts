const units = [
  { letter: "d", ms: 86_400_000 },
  { letter: "h", ms: 3_600_000 },
  { letter: "m", ms: 60_000 },
] as const;

/** Names a span by its largest whole unit, days at most: `102d`, `5h`, `3m`, `<1m`. */
export function formatAge(spanMs: number): string {
  const unit = units.find((candidate) => spanMs >= candidate.ms);
  return unit === undefined ? "<1m" : `${Math.floor(spanMs / unit.ms)}${unit.letter}`;
}

/** Says how old data is, to the second in the first minute: `28s ago`, `3m ago`. */
export function formatDataAge(readAtMs: number, nowMs: number): string {
  const spanMs = Math.max(0, nowMs - readAtMs);
  return `${spanMs < 60_000 ? `${Math.floor(spanMs / 1000)}s` : formatAge(spanMs)} ago`;
}

/** Says how long ago a moment was: `3m ago`, `just now`; a future moment reads `in 3m`. */
export function formatAgo(momentMs: number, nowMs: number): string {
  const spanMs = nowMs - momentMs;
  if (Math.abs(spanMs) < 60_000) return "just now";
  return spanMs > 0 ? `${formatAge(spanMs)} ago` : `in ${formatAge(-spanMs)}`;
}

/**
 * Counts down what has not passed yet: `59s`, `4m 59s`, `42m`, `1h 59m`, `23h`. Never rounds up. Seconds are shown below
 * ten minutes only, and minutes below two hours, so that a screen of long grace periods stands still.
 */
export function formatCountdown(remainingSeconds: number): string {
  const seconds = Math.max(0, Math.floor(remainingSeconds));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (hours > 1) return `${hours}h`;
  if (hours > 0) return `${hours}h ${pad(minutes)}m`;
  if (minutes >= 10) return `${minutes}m`;
  return minutes > 0 ? `${minutes}m ${pad(seconds % 60)}s` : `${seconds}s`;
}

/** Writes a moment as `2026-11-20 14:32:05 UTC`. */
export function formatMoment(momentMs: number): string {
  return `${new Date(momentMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
