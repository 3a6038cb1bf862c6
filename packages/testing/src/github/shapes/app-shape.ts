import type { components } from "@octokit/openapi-types";
import { grantedPermissions, subscribedEvents } from "../access/permissions.ts";
import { isoSeconds } from "../state.ts";
import type { EmulatorState, Installation } from "../state.ts";
import { accountShape, nodeId } from "./account-shape.ts";

export function appShape({ app, url }: EmulatorState): NonNullable<components["schemas"]["integration"]> {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("Integration", app.id),
    owner: accountShape(app.owner, url),
    name: app.name,
    description: null,
    external_url: url,
    html_url: `${url}/apps/${app.slug}`,
    created_at: isoSeconds(app.createdAtMs),
    updated_at: isoSeconds(app.createdAtMs),
    permissions: { ...grantedPermissions },
    events: [...subscribedEvents],
  };
}

export function installationShape(
  { app, url }: EmulatorState,
  { id, account, createdAtMs, suspendedAtMs }: Installation,
): components["schemas"]["installation"] {
  const suspension =
    suspendedAtMs === null
      ? { suspended_by: null, suspended_at: null }
      : { suspended_by: accountShape(app.owner, url), suspended_at: isoSeconds(suspendedAtMs) };
  return {
    id,
    account: accountShape(account, url),
    repository_selection: "all",
    access_tokens_url: `${url}/app/installations/${id}/access_tokens`,
    repositories_url: `${url}/installation/repositories`,
    html_url: `${url}/organizations/${account.login}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...grantedPermissions },
    events: [...subscribedEvents],
    created_at: isoSeconds(createdAtMs),
    updated_at: isoSeconds(createdAtMs),
    single_file_name: null,
    ...suspension,
  };
}
