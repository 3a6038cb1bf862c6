import { describe, expect, test } from "vitest";
import { readOptions } from "../src/options.ts";

describe("the showcase's command line", () => {
  test("plays and cleans up unless told otherwise", () => {
    expect(readOptions([])).toEqual({ keep: false, help: false });
  });

  test("keeps everything running when asked", () => {
    expect(readOptions(["--keep"])).toEqual({ keep: true, help: false });
  });

  test.each([["--kepe"], ["keep"], ["--keep=yes"]])("answers %s with what there is", (argument) => {
    expect(readOptions([argument])).toMatchObject({
      problem: expect.stringContaining("--keep   leave it running"),
    });
  });
});
