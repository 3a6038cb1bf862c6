import type { AcceptResult, ExposureStorage } from "@keywarden/storage";
import type { InputContext, InputReading } from "./input.ts";
import { inputs } from "./inputs.ts";

export type EventAcceptance =
  | { readonly outcome: AcceptResult["outcome"]; readonly about: Readonly<Record<string, string | number>> }
  | Exclude<InputReading, { readonly outcome: "act" }>;

/** Stores an event with what it tells and the work that it asks for, in one transaction; an event of before changes nothing. */
export async function acceptEvent(
  storage: Pick<ExposureStorage, "transaction">,
  context: InputContext,
  event: { readonly name: string; readonly payload: unknown; readonly payloadSha256: string },
): Promise<EventAcceptance> {
  const { name, payload, payloadSha256 } = event;
  const read = inputs.get(name);
  if (read === undefined) return { outcome: "ignored", why: "this event is not one that keywarden acts on" };
  const reading = read(payload, context);
  if (reading.outcome !== "act") return reading;
  const accepted = await storage.transaction(async (stores) => {
    const result = await stores.deliveries.accept(
      { guid: context.delivery, event: name, payloadSha256 },
      reading.job,
    );
    if (result.outcome !== "duplicate") await reading.record(stores);
    return result;
  });
  return { outcome: accepted.outcome, about: reading.about };
}
