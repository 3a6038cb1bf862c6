import { startCoverage } from "@keywarden/testing";
import { mutate, type Random, randomBytes } from "./mutate.ts";
import type { Target } from "./target.ts";

/** What an exploration found. */
export interface Exploration {
  readonly runs: number;
  /** How many pieces of code ran, told apart by how often (1, 2, 4, 8 … times). */
  readonly covered: number;
  /** Few inputs that together reach all of it, the short ones first. */
  readonly kept: readonly Buffer[];
  readonly failure: Failure | null;
}

export interface Failure {
  /** Cut down as far as it still fails. */
  readonly input: Buffer;
  readonly error: unknown;
}

export interface ExploreOptions {
  readonly corpus: readonly Buffer[];
  readonly random: Random;
  /** Is asked before every batch. */
  readonly isOver: (runs: number) => boolean;
}

// Asking for the coverage takes milliseconds, so only a batch that reached something new is run again one by one.
const batchRuns = 64;

/** Tries ever new inputs, preferring changes to those that reached code no other had, until one fails or it is over. */
export function explore(target: Target, { corpus, random, isOver }: ExploreOptions): Exploration {
  const kept: Buffer[] = [];
  const known = new Set<string>();
  const coverage = startCoverage(target.scripts);
  let runs = 0;
  const pick = (): Buffer => kept[random(kept.length)] ?? randomBytes(16 + random(64), random);
  const next = (): Buffer =>
    random(20) === 0 ? randomBytes(1 + random(256), random) : mutate(pick(), pick(), random);
  const news = (): readonly string[] =>
    coverage
      .take()
      .map(({ block, times }) => `${block} ${Math.floor(Math.log2(times))}`)
      .filter((name) => !known.has(name));
  const failureOf = (input: Buffer): Failure | null => {
    runs += 1;
    try {
      target.run(input);
      return null;
    } catch (error) {
      return shrink(target, { input, error });
    }
  };
  const finish = (failure: Failure | null): Exploration => {
    coverage.stop();
    return { runs, covered: known.size, kept: kept.toSorted((a, b) => a.length - b.length), failure };
  };

  for (const input of corpus.toSorted((a, b) => a.length - b.length)) {
    const failure = failureOf(input);
    if (failure !== null) return finish(failure);
    const reached = news();
    if (reached.length > 0) kept.push(input);
    for (const name of reached) known.add(name);
  }
  while (!isOver(runs)) {
    const batch = Array.from({ length: batchRuns }, next);
    for (const input of batch) {
      const failure = failureOf(input);
      if (failure !== null) return finish(failure);
    }
    // How often a piece runs differs between one input and a batch, so only new pieces count here.
    const seen = new Set(Array.from(known, (name) => name.slice(0, name.lastIndexOf(" "))));
    const isNew = news().some((name) => !seen.has(name.slice(0, name.lastIndexOf(" "))));
    if (!isNew && random(16) !== 0) continue;
    for (const input of batch) {
      target.run(input);
      const reached = news();
      if (reached.length > 0) kept.push(input);
      for (const name of reached) known.add(name);
    }
  }
  return finish(null);
}

const mostShrinks = 2000;

function shrink(target: Target, failure: Failure): Failure {
  let smallest = failure;
  let size = failure.input.length >> 1;
  for (let tries = 0; size > 0 && tries < mostShrinks; size >>= 1) {
    for (let at = 0; at < smallest.input.length && tries < mostShrinks; tries += 1) {
      const { input } = smallest;
      const shorter = Buffer.concat([input.subarray(0, at), input.subarray(at + size)]);
      try {
        target.run(shorter);
        at += size;
      } catch (error) {
        smallest = { input: shorter, error };
      }
    }
  }
  return smallest;
}
