/** The value below which `share` of the samples lie, by nearest rank. `share` is in (0, 1]; the samples need no order. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("no samples");
  return value;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/**
 * Times several variants in turn, round after round, so that a noisy neighbour hurts all of them alike.
 * The result has one list of milliseconds per variant, in the order of the rounds.
 */
export async function timeInTurns<Name extends string>(
  variants: Readonly<Record<Name, () => unknown>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const entries = Object.entries(variants) as [Name, () => unknown][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (const [, run] of entries) await run();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of entries) {
      const startedAtMs = performance.now();
      await run();
      samples[name].push(performance.now() - startedAtMs);
    }
  }
  return samples;
}

/** The median of the ratios of paired samples: what one costs in units of the other in the same moment. */
export function medianRatio(samples: readonly number[], base: readonly number[]): number {
  return median(samples.map((sample, index) => sample / (base[index] ?? Number.NaN)));
}

/** The median of the differences of paired samples: what one takes longer than the other in the same moment. */
export function medianDifference(samples: readonly number[], base: readonly number[]): number {
  return median(samples.map((sample, index) => sample - (base[index] ?? Number.NaN)));
}
