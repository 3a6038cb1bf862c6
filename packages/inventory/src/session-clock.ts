import { formatAge } from "./text/format-duration.ts";

/** How the session's time was set to a server's. */
export interface ClockMove {
  readonly byMs: number;
  /** How far this machine's clock is ahead of the server's; negative where it is behind. */
  readonly machineAheadMs: number;
}

/** Tells the time of a session in epoch milliseconds: this machine's at first, the server's once an answer tells it. */
export interface SessionClock {
  (): number;
  /** Milliseconds since some fixed moment, which nothing sets. */
  readonly monotonicMs: () => number;
  /** Goes by the server's time from here on, to which an answer gave its whole second; null where both agree. */
  readonly follow: (
    serverSecondMs: number,
    asked: { readonly sentMs: number; readonly receivedMs: number },
  ) => ClockMove | null;
}

// Clocks that are set by the network differ by less, and a server that is busy writes a time that is some seconds old.
const toleranceMs = 5000;

/** Makes a clock that starts at the wall clock and then follows the monotonic one, so that setting the time moves no countdown. */
export function makeSessionClock(wallClockMs: () => number, monotonicMs: () => number): SessionClock {
  let offsetMs = wallClockMs() - monotonicMs();
  const follow: SessionClock["follow"] = (serverSecondMs, { sentMs, receivedMs }) => {
    // The server wrote its time at some moment between, and left its fraction out.
    const leastMs = serverSecondMs - (offsetMs + receivedMs);
    const mostMs = serverSecondMs + 999 - (offsetMs + sentMs);
    if (leastMs <= toleranceMs && mostMs >= -toleranceMs) return null;
    const byMs = Math.round((leastMs + mostMs) / 2);
    offsetMs += byMs;
    return { byMs, machineAheadMs: wallClockMs() - (offsetMs + monotonicMs()) };
  };
  return Object.assign(() => offsetMs + monotonicMs(), { monotonicMs, follow });
}

const toldFromMs = 60_000;

/** Says that this machine's clock differs from the server's; null for less than a minute. */
export function describeClock(machineAheadMs: number): string | null {
  if (Math.abs(machineAheadMs) < toldFromMs) return null;
  const how = machineAheadMs > 0 ? "ahead of" : "behind";
  // Two hours less a second are two hours.
  const span = formatAge(Math.round(Math.abs(machineAheadMs) / toldFromMs) * toldFromMs);
  return `this machine's clock is ${span} ${how} the server's, whose time is shown`;
}
