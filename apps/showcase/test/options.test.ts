import { readCommandLine } from "@keywarden/command-line";
import { describe, expect, test } from "vitest";
import { program } from "../src/program.ts";

async function flagsOf(argv: readonly string[]) {
  const request = await readCommandLine(program, argv, {});
  return request.kind === "run" ? request.call.flags : request.kind;
}

describe("the showcase's command line", () => {
  test("plays and cleans up unless told otherwise", async () => {
    expect(await flagsOf([])).toEqual({ keep: false });
  });

  test("keeps everything running when asked", async () => {
    expect(await flagsOf(["--keep"])).toEqual({ keep: true });
  });

  test.each([
    ["--kepe", "Did you mean --keep?"],
    ["keep", 'Unknown command "keep"'],
    ["--keep=yes", "--keep takes no value."],
  ])("answers %s in a sentence", async (argument, sentence) => {
    await expect(flagsOf([argument])).rejects.toThrow(sentence);
  });
});
