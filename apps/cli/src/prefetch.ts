import {
  expectRepository,
  isSameRepository,
  listStaged,
  openRepository,
  readGivenAnswers,
} from "@keywarden/git";
import type { GivenAnswers, Repository } from "@keywarden/git";
import { providersOf } from "@keywarden/key-format";
import type { LearnFormats, Setup } from "@keywarden/repository-config";
import type * as staged from "@keywarden/repository-scan/staged";
import type { Terminal } from "./terminal.ts";

/** What a scan of the index needs, under way: a commit waits for it, and git works on another core. */
export interface Prefetch {
  readonly repository: Promise<Repository>;
  /** The scanner's code, with the scanner for the built-in providers made. */
  readonly tools: Promise<typeof staged>;
  /** Gives what the index of this repository holds, which was read already where its location was guessed right. */
  readonly index: (repository: Repository) => Promise<StagedIndex>;
}

export interface StagedIndex {
  readonly setup: Setup;
  readonly changes: staged.StagedChanges;
}

/** Asks git where the repository is and, where a guess is likely right, what is staged; loads the scanner meanwhile. */
export function prefetch(terminal: Terminal): Prefetch {
  const { directory, env, learnFormats } = terminal;
  const answers = answersFromHook(terminal);
  const repository = inAdvance(openRepository(directory, env, answers));
  const expected = expectRepository(directory, env, answers);
  const guess = expected === null ? null : inAdvance(readIndex(expected, learnFormats));
  const tools = inAdvance(loadTools());
  return {
    repository,
    tools,
    index: (confirmed) =>
      guess !== null && expected !== null && isSameRepository(expected, confirmed)
        ? guess
        : readIndex(confirmed, learnFormats),
  };
}

/** Takes what the hook's shell asked git while this program started; null where no hook says so. */
function answersFromHook({ directory, env, readInput }: Terminal): GivenAnswers | null {
  const number = env["KEYWARDEN_ANSWERS"] ?? "";
  if (number === "" || readInput === undefined) return null;
  return readGivenAnswers(directory, number, readInput);
}

async function loadTools(): Prefetch["tools"] {
  const tools = await import("@keywarden/repository-scan/staged");
  tools.scannerFor(providersOf([]).providers);
  return tools;
}

async function readIndex(repository: Repository, learnFormats: LearnFormats): Promise<StagedIndex> {
  const changes = inAdvance(listChanges(repository));
  const { loadStagedSetup, usableSetup } = await import("./staged-setup.ts");
  const setup = await usableSetup(loadStagedSetup(repository, learnFormats));
  return { setup, changes: await changes };
}

async function listChanges(repository: Repository): Promise<staged.StagedChanges> {
  try {
    return { entries: await listStaged(repository), unread: [] };
  } catch (error) {
    const { listUncompared } = await import("@keywarden/repository-scan/staged");
    return listUncompared(repository, error);
  }
}

// A failure is for whoever waits for the result, and nobody waits yet.
function inAdvance<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}
