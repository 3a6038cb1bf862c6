import { enterScreen, homeAndClear } from "./screen-codes.ts";

// Matching terminal sequences is what this file is about.
/* oxlint-disable eslint/no-control-regex */
const nextLines = /(?:\u001B\[E){2,}/g;
const styleRuns = /(?:\u001B\[[\d;]*m){2,}/g;
const styleCodes = /\u001B\[([\d;]*)m/g;
/* oxlint-enable eslint/no-control-regex */

// What a code is about; a later one about the same thing takes the place of an earlier one.
const kinds: readonly (readonly [kind: string, codes: RegExp])[] = [
  ["foreground", /^(?:3[0-79]|9[0-7]|38;5;\d+|38;2;\d+;\d+;\d+)$/],
  ["background", /^(?:4[0-79]|10[0-7]|48;5;\d+|48;2;\d+;\d+;\d+)$/],
  ["italic", /^2?3$/],
  ["underline", /^2?4$/],
  ["inverse", /^2?7$/],
  // Bold and dim can both be on, and one code ends both.
  ["bold", /^1$/],
  ["dim", /^2$/],
  ["intensity", /^22$/],
];

const kindOf = (code: string): string | undefined => kinds.find(([, codes]) => codes.test(code))?.[0];

function splitCodes(written: string): readonly string[] {
  const codes: string[] = [];
  for (const [, numbers = ""] of written.matchAll(styleCodes))
    codes.push(...(numbers === "" ? ["0"] : (numbers.match(/[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+/g) ?? [])));
  return codes;
}

/** Gives one sequence with the effect of several; those with a code that is not known are left as they are. */
function joinStyles(run: string): string {
  const left = new Map<string, string>();
  for (const code of splitCodes(run)) {
    if (code === "0") {
      left.clear();
      left.set("reset", code);
      continue;
    }
    const kind = kindOf(code);
    if (kind === undefined) return run;
    if (kind === "intensity") for (const other of ["bold", "dim"]) left.delete(other);
    left.delete(kind);
    left.set(kind, code);
  }
  return `\u001B[${[...left.values()].join(";")}m`;
}

/**
 * Gives shorter output that draws the same. Ink goes over lines that have not changed one by one, and repeats the styles of
 * a line's beginning before its end: of a row that was chosen, that is half of what is written.
 */
export function shortenOutput(output: string): string {
  return output
    .replace(nextLines, (run) => `\u001B[${run.length / 3}E`)
    .replace(styleRuns, (run) => joinStyles(run));
}

/**
 * Wraps a terminal so that what is written to it as text is shortened, and so that another screen is drawn on from its
 * first cell: the cursor stays where a prompt had left it, and the first line would end on the second.
 *
 * @param isPainted whether the other screen is shown already: it is left as it is until the first lines take its place
 */
export function shortenWrites(stdout: NodeJS.WriteStream, isPainted = false): NodeJS.WriteStream {
  const inner = stdout.write.bind(stdout) as (...given: readonly unknown[]) => boolean;
  let isOld = isPainted;
  const redraw = (text: string): string => {
    const output = shortenOutput(text);
    if (!isOld) return output.replace(enterScreen, `${enterScreen}\u001B[H`);
    isOld = !output.includes("\n");
    return `${isOld ? "" : homeAndClear}${output.replace(enterScreen, "")}`;
  };
  const write = (chunk: unknown, ...rest: readonly unknown[]): boolean =>
    inner(typeof chunk === "string" ? redraw(chunk) : chunk, ...rest);
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
