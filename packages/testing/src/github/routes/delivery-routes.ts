import { attemptDelivery } from "../webhooks/deliver.ts";
import type { EmulatedDelivery } from "../emulator-contract.ts";
import { perPageOf } from "./page.ts";
import { refusal } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";
import { deliveryItemShape, deliveryShape } from "../shapes/delivery-shape.ts";
import type { EmulatorState } from "../state.ts";

// Three days; GitHub Enterprise Server keeps them for seven.
const keptMs = 3 * 24 * 3_600_000;

/** The app's log of webhook deliveries. */
export const deliveryRoutes: readonly Route[] = [
  { method: "GET", path: "/app/hook/deliveries", caller: "app", handle: listDeliveries },
  { method: "GET", path: "/app/hook/deliveries/{delivery_id}", caller: "app", handle: showDelivery },
  {
    method: "POST",
    path: "/app/hook/deliveries/{delivery_id}/attempts",
    caller: "app",
    handle: repeatDelivery,
  },
];

/** Sends a logged delivery once more, under the same GUID and with the same bytes. */
export async function sendDeliveryAgain(state: EmulatorState, delivery: EmulatedDelivery): Promise<void> {
  await attemptDelivery(state, {
    guid: delivery.guid,
    event: delivery.event,
    redelivery: true,
    installationId: delivery.installationId,
    repositoryId: delivery.repositoryId,
    payload: delivery.payload,
  });
}

// Newest first. The cursor names the last delivery of the page before, so that new ones do not shift it.
function listDeliveries({ state, query }: EmulatedCall): EmulatedAnswer {
  const wanted = query["status"];
  const newestFirst = keptDeliveries(state)
    .toReversed()
    .filter(({ statusCode }) => wanted === undefined || (wanted === "success") === statusCode < 400);
  const cursor = query["cursor"];
  const previous = newestFirst.findIndex(({ id }) => `v1_${id}` === cursor);
  if (cursor !== undefined && previous < 0) return refusal(400, "Invalid cursor");
  const page = newestFirst.slice(previous + 1, previous + 1 + perPageOf(query));
  const last = page.at(-1);
  const search = new URLSearchParams({ ...query, cursor: `v1_${last?.id ?? 0}` });
  const isLastPage = previous + 1 + page.length >= newestFirst.length;
  const next = `<${state.url}/app/hook/deliveries?${search.toString()}>; rel="next"`;
  return { status: 200, body: page.map(deliveryItemShape), headers: isLastPage ? {} : { link: next } };
}

function showDelivery({ state, params }: EmulatedCall): EmulatedAnswer {
  const delivery = find(state, params);
  return delivery === undefined ? refusal(404, "Not Found") : { status: 200, body: deliveryShape(delivery) };
}

function repeatDelivery({ state, params }: EmulatedCall): EmulatedAnswer {
  const delivery = find(state, params);
  if (delivery === undefined) return refusal(404, "Not Found");
  state.pending.add(sendDeliveryAgain(state, delivery));
  return { status: 202, body: {} };
}

function keptDeliveries(state: EmulatorState): readonly EmulatedDelivery[] {
  return state.deliveries.filter(({ deliveredAtMs }) => deliveredAtMs > state.clock() - keptMs);
}

function find(state: EmulatorState, params: EmulatedCall["params"]): EmulatedDelivery | undefined {
  return keptDeliveries(state).find(({ id }) => String(id) === params["delivery_id"]);
}
