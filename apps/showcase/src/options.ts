import { parseArgs } from "node:util";

export interface ShowcaseOptions {
  /** Leave everything running and print the addresses, until Ctrl-C. */
  readonly keep: boolean;
  readonly help: boolean;
}

export const usage = `npm start [-- --keep]

Runs Keywarden's whole loop on this machine with the built programs, real git and a real database:
a key is stopped at the commit, and one that gets out is revoked.

  --keep   leave it running, print the addresses, stop on Ctrl-C
  --help   this text

Nothing leaves this machine: every address is on the loopback interface, and the data is removed at the end.
`;

/** Reads the command line, or says what is wrong with it. */
export function readOptions(args: readonly string[]): ShowcaseOptions | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { keep: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
    });
    return { keep: values.keep, help: values.help };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` };
  }
}
