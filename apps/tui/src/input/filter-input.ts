import { Transform } from "node:stream";
import type { MousePress } from "./mouse-press.ts";

// Matching terminal sequences is what this file is about.
/* oxlint-disable eslint/no-control-regex */
const wholeReply = /\u001B[\]P^_X][^\u0007\u001B]*(?:\u0007|\u001B\\)/g;
const openReply = /\u001B[\]P^_X][^\u0007\u001B]*\u001B?$/;
const mouse = /\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/g;
/* oxlint-enable eslint/no-control-regex */

const longestReply = 4096;
const waitMs = 60;

function mouseOf(button: number, isPress: boolean): MousePress["kind"] | null {
  if (button === 64) return "wheel-up";
  if (button === 65) return "wheel-down";
  return button === 0 && isPress ? "click" : null;
}

/**
 * Takes out of a terminal's input what nobody typed: answers to questions about colours or versions (OSC, DCS), which
 * would otherwise be read as keys, and what the mouse did, which is told apart.
 */
export function makeInputFilter(onMouse: (press: MousePress) => void): Transform {
  let held = "";
  let timer: NodeJS.Timeout | undefined;
  const decoder = new TextDecoder();
  const filter = new Transform({
    transform(chunk: Buffer | string, _, done) {
      clearTimeout(timer);
      const given = held + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      held = "";
      const text = given.replace(wholeReply, "").replace(mouse, (_all, button, column, row, end) => {
        const kind = mouseOf(Number(button), end === "M");
        if (kind !== null) onMouse({ kind, column: Number(column), row: Number(row) });
        return "";
      });
      const open = openReply.exec(text);
      if (open === null || open[0].length > longestReply) return done(null, text === "" ? undefined : text);
      // The rest of an answer comes at once; what does not go on was typed.
      held = open[0];
      timer = setTimeout(() => {
        const typed = held;
        held = "";
        filter.push(typed);
      }, waitMs);
      const before = text.slice(0, open.index);
      done(null, before === "" ? undefined : before);
    },
    flush(done) {
      clearTimeout(timer);
      done(null, held === "" ? undefined : held);
    },
  });
  return filter;
}

/** Wraps a terminal's input so that Ink reads it through the filter and still steers the terminal. */
export function filterInput(
  stdin: NodeJS.ReadStream,
  onMouse: (press: MousePress) => void,
): NodeJS.ReadStream {
  const filter = makeInputFilter(onMouse);
  stdin.pipe(filter);
  const wrapped = Object.assign(filter, {
    isTTY: stdin.isTTY,
    setRawMode: (isRaw: boolean) => {
      stdin.setRawMode(isRaw);
      return wrapped;
    },
    ref: () => {
      stdin.ref();
      return wrapped;
    },
    unref: () => {
      stdin.unref();
      return wrapped;
    },
  });
  return wrapped as unknown as NodeJS.ReadStream;
}
