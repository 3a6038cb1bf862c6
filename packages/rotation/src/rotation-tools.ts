import type { ProviderProfile } from "@keywarden/key-format";
import type { KeyApi } from "./key-api.ts";
import type { JournalFact, JournalEntry } from "./journal/entry.ts";
import type { Journal } from "./journal/journal.ts";
import type { RotationState } from "./journal/replay.ts";
import type { Sink } from "./sinks/sink.ts";
import type { VerificationTarget } from "./verify-key.ts";

/** Everything that a rotation works with; the steps take it as it is. */
export interface RotationTools {
  readonly journal: Journal;
  /** Those that are known here, a user's own among them: no key of theirs is written into the journal. */
  readonly providers: readonly ProviderProfile[];
  readonly keyApi: KeyApi;
  readonly verification: VerificationTarget;
  /** One for each target of the plan, in its order. */
  readonly sinks: readonly Sink[];
  /** Makes or reads the sealing key; null when it was destroyed. */
  readonly sealingKey: (mayCreate: boolean) => Uint8Array | null;
  readonly destroySealingKey: () => void;
  readonly clock: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Waits out the grace period; otherwise the run ends with its deadline. */
  readonly waitsForGrace: boolean;
  /** Stops before the old key is ended, where that is left to the caller. Absent: the rotation ends it. */
  readonly leavesOldKey?: boolean;
  /** Sinks that cannot take the new key before a person has done something; the run ends in front of them. */
  readonly heldBack?: ReadonlySet<string>;
  readonly onEvent?: ((event: RotationEvent) => void) | undefined;
}

export type RotationEvent =
  | { readonly type: "entry"; readonly entry: JournalEntry }
  | { readonly type: "waiting"; readonly why: "grace" | "retry"; readonly ms: number };

/** One thing done to the world outside, with an entry before and one after it. */
export type StepWork = (
  state: RotationState,
  tools: RotationTools,
  record: (fact: JournalFact) => void,
) => Promise<void>;
