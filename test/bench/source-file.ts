/** Makes a file of some kilobytes that looks like source text to a scanner: common words, and no key. */
export function sourceFile(seed: number): string {
  let state = seed * 2_654_435_761 + 12_345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const words = [
    "total",
    "price",
    "customer",
    "test_mode",
    "live",
    "order",
    "await",
    "store",
    "retries",
    "const",
    "map",
  ];
  const lines = Array.from({ length: 60 + next(120) }, () =>
    Array.from({ length: 4 + next(9) }, () => words[next(words.length)] ?? "")
      .join(" ")
      .concat(` = ${next(1e9)};`),
  );
  return `${lines.join("\n")}\n`;
}
