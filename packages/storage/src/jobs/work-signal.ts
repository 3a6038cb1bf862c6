import type { Session } from "../sql/session.ts";

/** Tells every listener of this process that work may be available. */
export interface WorkSignal {
  readonly listeners: Set<() => void>;
}

/** Calls the listeners. */
export function announceWork(signal: WorkSignal): void {
  for (const listener of signal.listeners) listener();
}

/** Wakes this process and the others once the transaction is durable. */
export async function wakeWorkers(transaction: Session, signal: WorkSignal): Promise<void> {
  await transaction.sharing.announceWork(transaction.db);
  transaction.afterCommit(() => announceWork(signal));
}
