import { makeRandom } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { readCorpus } from "../fuzz/corpus.ts";
import { explore } from "../fuzz/explore.ts";
import { targets } from "../fuzz/targets.ts";

// `npm run fuzz -- <target> <seconds>` goes on for as long as it is asked to.
const mostRuns = process.env["SLOW"] === "1" ? 5_000 : 100;

function seeded(seed: number): (below: number) => number {
  const random = makeRandom(seed);
  return (below) => {
    const [high = 0, low = 0] = random(2);
    return ((high << 8) | low) % Math.max(1, below);
  };
}

describe.each(Object.entries(targets))("the fuzz target %s", (name, target) => {
  it("holds for what has broken it before or reached rare code", () => {
    const corpus = readCorpus(name);
    expect(corpus.length).toBeGreaterThan(0);
    for (const input of corpus) target.run(input);
  });

  it("holds for a short exploration that is the same every time", () => {
    const { failure, runs } = explore(target, {
      corpus: [],
      random: seeded(7),
      isOver: (done) => done >= mostRuns,
    });
    expect(failure).toBeNull();
    expect(runs).toBeGreaterThanOrEqual(mostRuns);
  });
});

it("an exploration cuts down what fails", () => {
  const { failure } = explore(
    {
      scripts: /fuzz\.test/,
      run: (input) => {
        if (input.includes(0x4b) && input.includes(0x57)) throw new Error("reached");
      },
    },
    { corpus: [], random: seeded(3), isOver: (runs) => runs > 5_000 },
  );
  expect(failure?.error).toMatchObject({ message: "reached" });
  expect(Array.from(failure?.input ?? []).toSorted((a, b) => a - b)).toEqual([0x4b, 0x57]);
});
