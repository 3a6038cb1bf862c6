import type { EmulatorState } from "../state.ts";
import { attemptDelivery, logUnreached } from "./deliver.ts";
import type { Outgoing } from "./outgoing.ts";

/** Sends an event as the disturbances say that are due for it; once, when none is. */
export async function sendDisturbed(state: EmulatorState, outgoing: Outgoing): Promise<void> {
  const due = state.disturbances.find(
    ({ event, remaining }) => remaining > 0 && (event === undefined || event === outgoing.event),
  );
  if (due === undefined) return attemptDelivery(state, outgoing);
  due.remaining -= 1;
  if (due.how === "hold") state.held.push(outgoing);
  if (due.how === "fail") logUnreached(state, outgoing);
  if (due.how !== "duplicate") return;
  await attemptDelivery(state, outgoing);
  await attemptDelivery(state, outgoing);
}

/** Sends what is held, one after another; at most so many of the oldest, where a number is given. */
export async function releaseHeld(
  state: EmulatorState,
  order: "as-made" | "reversed",
  most = state.held.length,
): Promise<number> {
  const held = state.held.splice(0, most);
  for (const outgoing of order === "reversed" ? held.toReversed() : held)
    await attemptDelivery(state, outgoing);
  return held.length;
}
