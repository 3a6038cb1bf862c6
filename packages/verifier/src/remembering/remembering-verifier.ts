import { builtInProviders, type ManagedProvider } from "@keywarden/key-format";
import { makeInventoryClient, type TransportOptions, type VerifiedKey } from "@keywarden/management";
import { createVerifier, type Verifier } from "../create-verifier.ts";
import { digestOf } from "../digest-of.ts";
import { makeElapsedClock } from "../elapsed-clock.ts";
import { followChanges } from "./follow-changes.ts";
import { makeRemoteVerifier } from "../remote-verifier.ts";
import { makeVerifiedKeys } from "./verified-keys.ts";

export interface RememberingVerifierOptions extends TransportOptions {
  /** How long a change may go unnoticed at most; 2000 when absent. Most are noticed within milliseconds. */
  readonly stalenessMs?: number;
  /** The server is asked about each key so often at least, so that it knows which are in use; 60 000 when absent. */
  readonly keepMs?: number;
  /** 10 000 when absent. */
  readonly mostKeys?: number;
  /** Those whose keys may be judged here, with your own; the built-in ones when absent. */
  readonly managed?: readonly ManagedProvider[];
  /** Gets why the server's changes cannot be read; meanwhile it is asked about every request. */
  readonly onFeedLost?: (error: unknown) => void;
  /** Milliseconds that only grow, also while the machine sleeps; those of this process when absent. */
  readonly now?: () => number;
}

export interface RememberingVerifier extends Verifier<VerifiedKey>, Disposable {
  /** Whether keys are judged here at the moment. */
  readonly isCurrent: () => boolean;
}

/**
 * Judges keys here that a key server has let in before, while its changes are known: what ends or restricts a key is
 * effective `stalenessMs` after it is durable, at the latest. Where that is not certain, for keys with rate limits and
 * for whatever is not let in, the server is asked as {@link makeRemoteVerifier} does, which throws where it cannot be.
 *
 * The server counts the requests that it is asked about, so its counts of use are too low. End it with `Symbol.dispose`.
 */
export function makeRememberingVerifier({
  stalenessMs = 2000,
  keepMs = 60_000,
  mostKeys = 10_000,
  managed = builtInProviders,
  onFeedLost = () => {},
  now = makeElapsedClock(),
  ...transport
}: RememberingVerifierOptions): RememberingVerifier {
  const remote = makeRemoteVerifier(transport);
  const keys = makeVerifiedKeys(now, keepMs, mostKeys);
  const known = new Set(managed.map(({ id }) => id));
  const feed = followChanges({
    client: makeInventoryClient(transport),
    now,
    stalenessMs,
    onChanged: keys.forget,
    onLost: onFeedLost,
  });
  const local = createVerifier({ providers: managed, find: () => null, recall: keys.recall, now });

  return {
    isCurrent: feed.isCurrent,
    verify: async (request) => {
      const sha256 = digestOf(request);
      const askedAtMs = now();
      // Asked before the server is: what it says is kept only where no change after it can be missed.
      const isCurrent = feed.isCurrent();
      if (sha256 !== null && isCurrent && keys.recall(sha256) !== null) {
        const verdict = await local.verify({ ...request, text: null, sha256 });
        // A refusal is the server's to say, and to put on record.
        if (verdict.ok) return verdict;
      }
      const verdict = await remote.verify(request);
      if (verdict.ok && sha256 !== null && isCurrent && known.has(verdict.key.provider))
        keys.keep(sha256, verdict.key, askedAtMs);
      return verdict;
    },
    [Symbol.dispose]: feed.stop,
  };
}
