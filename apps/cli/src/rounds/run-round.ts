import { describeFailure } from "@keywarden/command-line";
import type { Round, RoundStore } from "@keywarden/rotation";
import { plainText } from "../keys/plain-text.ts";
import { remedies } from "../remedies.ts";
import type { ExitStatus } from "../terminal.ts";
import { replaceKey, type KeyOutcome, type RoundKey, type RoundWork } from "./replace-key.ts";
import { describeLeft } from "./round-words.ts";

/** Takes every key of a round as far as it gets, past those that fail, and says what is left; 1 when something is. */
export async function runRound(
  round: Round,
  work: RoundWork & { readonly rounds: RoundStore },
): Promise<ExitStatus> {
  const { options, terminal, rounds } = work;
  const outcomes = new Map<string, KeyOutcome>();
  const attempt = async (key: RoundKey, waitsForGrace: boolean): Promise<void> => {
    terminal.print(`${plainText(key.keyId)}:\n`);
    const outcome = await replaceKey(key, round, work, waitsForGrace).catch(
      async (error: unknown): Promise<KeyOutcome> => ({
        outcome: "left",
        why: terminal.redact(describeFailure(error, { isDebug: false, remedies })),
      }),
    );
    outcomes.set(key.rotation, outcome);
    if (outcome.outcome === "left") terminal.print(`  left: ${plainText(outcome.why)}\n`);
    if (outcome.outcome === "done" && outcome.note !== undefined)
      terminal.print(`  nothing to do: ${plainText(outcome.note)}\n`);
  };
  // No key waits for the grace period of another one: each has its own deadline.
  for (const key of round.keys) await attempt(key, false);
  const waiting = round.keys
    .flatMap((key) => {
      const outcome = outcomes.get(key.rotation);
      return outcome?.outcome === "waiting" ? [{ key, untilMs: outcome.untilMs }] : [];
    })
    .toSorted((one, other) => one.untilMs - other.untilMs);
  if (!options.switches.has("no-wait")) for (const { key } of waiting) await attempt(key, true);
  terminal.print(`\n${describeLeft(round, outcomes, Date.now())}`);
  const isDone = [...outcomes.values()].every(({ outcome }) => outcome === "done");
  if (isDone) rounds.end(round.round);
  return isDone ? 0 : 1;
}
