import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";
import { type StepOutcome, tryStep } from "./try-step.ts";

/** Does one piece of work in a transaction that has begun. */
export type CommitStep<T> = (transaction: Kysely<Tables>) => Promise<T>;

interface Waiting {
  readonly step: CommitStep<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

// Whoever comes first waits for the others, too.
const mostTogether = 16;

/**
 * Lets works that wait for their turn share one commit, so that they wait for the disk once. Each is done wholly or not
 * at all by itself, and is answered when the commit has reached the disk. One that comes alone has a transaction of its own.
 */
export function makeCommitTogether(
  transact: <T>(step: CommitStep<T>) => Promise<T>,
): <T>(step: CommitStep<T>) => Promise<T> {
  const waiting: Waiting[] = [];
  let isBusy = false;

  const alone = ({ step, resolve, reject }: Waiting): Promise<void> => transact(step).then(resolve, reject);

  const together = async (group: readonly Waiting[]): Promise<void> => {
    const progress = { isThrough: false };
    try {
      const outcomes = await transact(async (transaction) => {
        const done: StepOutcome<unknown>[] = [];
        for (const { step } of group) done.push(await tryStep(transaction, () => step(transaction)));
        progress.isThrough = true;
        return done;
      });
      settle(group, outcomes);
    } catch (reason) {
      if (progress.isThrough) for (const { reject } of group) reject(reason);
      // The database gave the transaction up before its commit, and nothing is written: each gets its own answer.
      else for (const one of group) await alone(one);
    }
  };

  const work = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      // The disk holds everything up, so whatever has arrived by now comes along.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      const group = waiting.splice(0, mostTogether);
      const [first] = group;
      if (group.length === 1 && first !== undefined) await alone(first);
      else await together(group);
    }
    isBusy = false;
  };

  return <T>(step: CommitStep<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.push({ step, resolve, reject });
    if (!isBusy) void work();
    return promise as Promise<T>;
  };
}

function settle(group: readonly Waiting[], outcomes: readonly StepOutcome<unknown>[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    const one = group[index];
    if ("value" in outcome) one?.resolve(outcome.value);
    else one?.reject(outcome.reason);
  }
}
