/** Wraps text in colour that means something: red stops, yellow doubts, dim is context. */
export interface Palette {
  readonly stop: (text: string) => string;
  readonly doubt: (text: string) => string;
  readonly clean: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
}

const plain = (text: string): string => text;
const wrap =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001B[${open}m${text}\u001B[${close}m`;

/** Gives the palette of a terminal, or one that leaves every text alone. */
export function makePalette(isColoured: boolean): Palette {
  if (!isColoured) return { stop: plain, doubt: plain, clean: plain, strong: plain, dim: plain };
  return {
    stop: wrap(31, 39),
    doubt: wrap(33, 39),
    clean: wrap(32, 39),
    strong: wrap(1, 22),
    dim: wrap(2, 22),
  };
}
