import { setTimeout as after } from "node:timers/promises";
import type { TransferFault } from "../emulator-contract.ts";

export type TransferVerdict = "pass" | "cut" | "stall";

/** Counts the bytes of one answer and says what is to become of the next ones. */
export interface Transfer {
  /** Resolves when the chunk is due. */
  admit(chunk: Buffer): Promise<{ readonly verdict: TransferVerdict; readonly chunk: Buffer }>;
}

/**
 * Follows one answer to git. The fault that is due is counted off when it is felt, so that the small answers before a
 * pack do not use it up.
 */
export function makeTransfer(faults: readonly (TransferFault & { remaining: number })[]): Transfer {
  const fault = faults.find(({ remaining }) => remaining > 0);
  let sentBytes = 0;
  let isFelt = false;
  const feel = (): void => {
    if (fault !== undefined && !isFelt) fault.remaining -= 1;
    isFelt = true;
  };
  return {
    async admit(chunk) {
      if (fault === undefined) return { verdict: "pass", chunk };
      const limit = fault.cutAfterBytes ?? fault.stallAfterBytes ?? Infinity;
      const passed = chunk.subarray(0, Math.max(0, limit - sentBytes));
      sentBytes += passed.length;
      if (fault.bytesPerSecond !== undefined) {
        feel();
        await after((passed.length / fault.bytesPerSecond) * 1_000);
      }
      if (passed.length === chunk.length) return { verdict: "pass", chunk };
      feel();
      return { verdict: fault.cutAfterBytes === undefined ? "stall" : "cut", chunk: passed };
    },
  };
}
