import type { components } from "@octokit/openapi-types";
import type { EmulatedDelivery } from "../emulator-contract.ts";

export function deliveryItemShape(delivery: EmulatedDelivery): components["schemas"]["hook-delivery-item"] {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAtMs).toISOString(),
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.durationMs / 10) / 100,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

export function deliveryShape(delivery: EmulatedDelivery): components["schemas"]["hook-delivery"] {
  return {
    ...deliveryItemShape(delivery),
    id: delivery.id,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    url: delivery.url,
    request: {
      headers: { ...delivery.requestHeaders },
      payload: JSON.parse(delivery.payload) as Record<string, unknown>,
    },
    response: {
      headers: { ...delivery.responseHeaders },
      payload: delivery.responseBody,
    },
  };
}
