import { describe, expect, test } from "vitest";
import { makeDefineCommand, type FlagValues, type ProcessTerminal } from "../src/index.ts";
import { greetFlags } from "./greeter.ts";

describe("what a handler gets", () => {
  test("is inferred from the table of flags", () => {
    const read = (flags: FlagValues<typeof greetFlags>) => {
      const loud: boolean = flags.loud;
      const name: string = flags.name;
      const file: string | undefined = flags.file;
      const times: number = flags.times;
      const port: number | undefined = flags.port;
      const format: "text" | "json" = flags.format;
      const tone: "warm" | "cold" | undefined = flags.tone;
      const alsoTo: readonly string[] = flags.alsoTo;
      const parts: readonly string[] = flags.parts;
      return [loud, name, file, times, port, format, tone, alsoTo, parts];
    };
    expect(read).toBeTypeOf("function");
  });

  test("has no misspelt flag, no shorthand and no unknown action", () => {
    const command = makeDefineCommand<ProcessTerminal>()({
      name: "x",
      summary: "x",
      usage: [],
      flags: {
        quiet: { kind: "switch", summary: "x" },
        format: { kind: "choice", value: "f", choices: ["text", "json"], summary: "x" },
        json: { kind: "shorthand", for: "format", is: "json", summary: "x" },
      },
      actions: { list: { summary: "x" }, make: { summary: "x", flags: { name: greetFlags.name } } },
      handler: async (call) => {
        const { flags, given, action } = call;
        // @ts-expect-error a flag of one action only
        void call.flags.name;
        const name: string = call.action === "make" ? call.flags.name : "";
        void name;
        // @ts-expect-error a misspelt flag does not compile
        void flags.qiet;
        // @ts-expect-error a shorthand is seen as the flag that it stands for
        void flags.json;
        // @ts-expect-error a flag that the table does not have
        given.has("qiet");
        // @ts-expect-error a value that the flag cannot have
        void (flags.format === "sarif");
        // @ts-expect-error an action that the table does not have
        void (action === "lst");
        return 0;
      },
    });
    expect(command.name).toBe("x");
  });
});
