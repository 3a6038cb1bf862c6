const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Draws numbers as bars, the largest one full; several numbers share a bar where there is too little room. A space is none. */
export function drawSparkline(numbers: readonly number[], cells: number): string {
  if (numbers.length === 0 || cells <= 0) return "";
  const each = Math.ceil(numbers.length / cells);
  const sums: number[] = [];
  for (let at = 0; at < numbers.length; at += each)
    sums.push(numbers.slice(at, at + each).reduce((sum, number) => sum + number, 0));
  const most = Math.max(...sums);
  return sums
    .map((sum) => (sum === 0 ? " " : (bars[Math.ceil((sum / most) * bars.length) - 1] ?? "")))
    .join("");
}
