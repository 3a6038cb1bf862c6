import { describe, expect, test } from "vitest";
import { makeTimeline } from "../src/timeline.ts";

function record(colour: boolean) {
  let written = "";
  let nowMs = 0;
  const timeline = makeTimeline({
    write: (text) => {
      written += text;
    },
    colour,
    elapsedMs: () => nowMs,
  });
  return {
    timeline,
    written: () => written,
    at: (ms: number) => {
      nowMs = ms;
    },
  };
}

describe("the timeline", () => {
  test("puts the time and the part before each sentence, and what belongs to it below in one column", () => {
    const { timeline, written, at } = record(false);
    at(1234);
    timeline.step("hook", "installed");
    timeline.detail("beside what was there", "quiet");
    timeline.quote("first\nsecond\n");
    timeline.address("http://127.0.0.1:7300/console");
    expect(written()).toBe(
      [
        "",
        "  1.23 s  hook       installed",
        "                     beside what was there",
        "                     │ first",
        "                     │ second",
        "http://127.0.0.1:7300/console",
        "",
      ].join("\n"),
    );
  });

  test("writes no escape sequence into a pipe", () => {
    const { timeline, written } = record(false);
    timeline.heading("The loop");
    timeline.detail("revoked", "good");
    expect(written()).not.toContain("\u001B");
  });

  test("marks what is good and bad with colour on a terminal, in words that stand without it", () => {
    const { timeline, written } = record(true);
    timeline.detail("answers 401", "good");
    timeline.detail("answers 200", "bad");
    expect(written()).toContain("\u001B[32manswers 401\u001B[39m");
    expect(written()).toContain("\u001B[31manswers 200\u001B[39m");
  });
});
