import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { renderTable } from "../report.ts";
import { makeCorpora, type Corpus, type CorpusGroup } from "./corpora.ts";
import { readCredData } from "./given/cred-data.ts";
import { readGivenSamples } from "./given/given-samples.ts";
import { findScanners, runScanner, withImported, type FoundScanner } from "./peers.ts";

/**
 * How many files with a key each scanner names, and how many without one: Keywarden and the peers on `PATH`. With
 * KEYWARDEN_BENCH_CASES=1 it lists what each misses and what it names in vain. KEYWARDEN_BENCH_SAMPLES gives checkouts
 * of gitleaks, betterleaks and kingfisher, whose own samples are then measured too, KEYWARDEN_BENCH_CREDDATA one of
 * Samsung's CredData with its data.
 */
export function benchQuality(): string {
  const { KEYWARDEN_BENCH_SAMPLES: samples, KEYWARDEN_BENCH_CREDDATA: credData } = process.env;
  const own: CorpusGroup = {
    title: "Quality",
    method:
      "A file each, made at run time with random bodies; a scanner finds a key where its report names the file. Nobody asks a service.",
    corpora: makeCorpora(),
  };
  const groups = [
    own,
    ...(samples === undefined ? [] : readGivenSamples(samples)),
    ...(credData === undefined ? [] : [readCredData(credData)]),
  ];
  return groups.map(measure).join("\n");
}

function measure({ title, method, corpora, gitleaksRules }: CorpusGroup): string {
  using folder = makeTemporaryDirectory();
  const placed = corpora.map((corpus, index) => ({
    corpus,
    path: place(corpus, join(folder.path, `${index}`)),
  }));
  // The imported rules stay in the folders, so they come last.
  const imported = gitleaksRules === undefined ? [] : withImported(gitleaksRules);
  const judged = [...findScanners(), ...imported].map((scanner) => judge(scanner, placed));
  const head = [
    "scanner",
    ...corpora.map(({ name, files }) => `${name} (${files.length})`),
    "recall",
    "precision",
    "time",
  ];
  const all = corpora.filter(({ holdsKeys }) => holdsKeys).reduce((sum, { files }) => sum + files.length, 0);
  const rows = judged.map(({ scanner, results, elapsedMs }) => {
    const count = (holdsKeys: boolean): number =>
      results
        .filter(({ corpus }) => corpus.holdsKeys === holdsKeys)
        .reduce((sum, { named }) => sum + named.length, 0);
    const counts = results.map(
      ({ named, status }) => `${named.length}${status === null ? " (broke off)" : ""}`,
    );
    return [
      `${scanner.name} ${scanner.shownVersion}`,
      ...counts,
      percent(count(true), all),
      percent(count(true), count(true) + count(false)),
      `${(elapsedMs / 1e3).toFixed(1)} s`,
    ];
  });
  const table = renderTable({ title, method, head, rows });
  return process.env["KEYWARDEN_BENCH_CASES"] === undefined
    ? table
    : `${table}\n${judged.map(describe).join("\n")}`;
}

const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

interface Result {
  readonly corpus: Corpus;
  readonly named: readonly string[];
  readonly unnamed: readonly string[];
  readonly status: number | null;
}

interface Judged {
  readonly scanner: FoundScanner;
  readonly results: readonly Result[];
  readonly elapsedMs: number;
}

function place({ files }: Corpus, path: string): string {
  mkdirSync(path);
  for (const [index, { ending, bytes }] of files.entries())
    writeFileSync(join(path, `case-${index}${ending}`), bytes);
  return path;
}

function judge(
  scanner: FoundScanner,
  placed: readonly { readonly corpus: Corpus; readonly path: string }[],
): Judged {
  let elapsedMs = 0;
  const results = placed.map(({ corpus, path }) => {
    const run = runScanner(scanner, path);
    elapsedMs += run.elapsedMs;
    const of = (isNamed: boolean): readonly string[] =>
      corpus.files.flatMap(({ id }, index) => (run.found.has(index) === isNamed ? [id] : []));
    return { corpus, named: of(true), unnamed: of(false), status: run.status };
  });
  return { scanner, results, elapsedMs };
}

function describe({ scanner, results }: Judged): string {
  const lines = results.map(({ corpus, named, unnamed }) => {
    const [what, ids] = corpus.holdsKeys ? ["misses", unnamed] : ["names", named];
    return `* ${corpus.name}: ${what} ${ids.length === 0 ? "none" : ids.join(" · ")}`;
  });
  return `${scanner.name}\n\n${lines.join("\n")}\n`;
}
