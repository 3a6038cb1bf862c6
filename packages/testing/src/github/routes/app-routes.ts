import type { components } from "@octokit/openapi-types";
import { narrow, grantedPermissions } from "../access/permissions.ts";
import type { Permissions } from "../access/permissions.ts";
import { isSuspended, suspended } from "../access/suspension.ts";
import { paginate } from "./page.ts";
import { refusal } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";
import { appShape, installationShape } from "../shapes/app-shape.ts";
import { repositoryShape } from "../shapes/repository-shape.ts";
import { isoSeconds } from "../state.ts";
import { mintInstallationToken } from "../access/tokens.ts";

interface TokenRequest {
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
  readonly permissions?: Permissions;
}

/** What an app asks in its own name. */
export const appRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/app",
    caller: "app",
    handle: ({ state }) => ({ status: 200, body: appShape(state) }),
  },
  { method: "GET", path: "/app/installations", caller: "app", handle: listInstallations },
  { method: "GET", path: "/app/installations/{installation_id}", caller: "app", handle: showInstallation },
  {
    method: "POST",
    path: "/app/installations/{installation_id}/access_tokens",
    caller: "app",
    handle: createToken,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/installation",
    caller: "app",
    handle: showRepositoryInstallation,
  },
];

function listInstallations(call: EmulatedCall): EmulatedAnswer {
  const { items, headers } = paginate([...call.state.installations.values()], call, "/app/installations");
  return { status: 200, body: items.map((item) => installationShape(call.state, item)), headers };
}

function showInstallation({ state, params }: EmulatedCall): EmulatedAnswer {
  const installation = state.installations.get(Number(params["installation_id"]));
  if (installation === undefined) return refusal(404, "Not Found");
  return { status: 200, body: installationShape(state, installation) };
}

function showRepositoryInstallation({ state, params }: EmulatedCall): EmulatedAnswer {
  const fullName = `${params["owner"] ?? ""}/${params["repo"] ?? ""}`.toLowerCase();
  const installationId = state.repositories.get(fullName)?.facts.installationId ?? null;
  const installation = installationId === null ? undefined : state.installations.get(installationId);
  return installation === undefined
    ? refusal(404, "Not Found")
    : { status: 200, body: installationShape(state, installation) };
}

async function createToken({ state, params, body }: EmulatedCall): Promise<EmulatedAnswer> {
  const installation = state.installations.get(Number(params["installation_id"]));
  if (installation === undefined) return refusal(404, "Not Found");
  if (isSuspended(state, installation.id)) return refusal(403, suspended);
  const wanted = (body ?? {}) as TokenRequest;
  const permissions = narrow(grantedPermissions, wanted.permissions);
  if (permissions === null) {
    return refusal(422, "The permissions requested are not granted to this installation.");
  }
  const covered = [...state.repositories.values()].filter(
    ({ facts }) => facts.installationId === installation.id,
  );
  const isNarrowed = wanted.repositories !== undefined || wanted.repository_ids !== undefined;
  const chosen = covered.filter(
    ({ facts }) => wanted.repository_ids?.includes(facts.id) || wanted.repositories?.includes(facts.name),
  );
  const asked = new Set([...(wanted.repository_ids ?? []), ...(wanted.repositories ?? [])]);
  if (isNarrowed && chosen.length < asked.size) {
    return refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  const repositoryIds = isNarrowed ? new Set(chosen.map(({ facts }) => facts.id)) : null;
  const token = mintInstallationToken(state, installation.id, permissions, repositoryIds);
  const answer: components["schemas"]["installation-token"] = {
    token: token.text,
    expires_at: isoSeconds(token.expiresAtMs),
    permissions: { ...permissions },
    repository_selection: isNarrowed ? "selected" : "all",
    ...(isNarrowed && {
      repositories: await Promise.all(chosen.map((repository) => repositoryShape(repository, state.url))),
    }),
  };
  return { status: 201, body: answer };
}

/** What an installation asks about itself. */
export const installationRoutes: readonly Route[] = [
  { method: "GET", path: "/installation/repositories", caller: "installation", handle: listRepositories },
  { method: "DELETE", path: "/installation/token", caller: "installation", handle: revokeToken },
];

async function listRepositories(call: EmulatedCall): Promise<EmulatedAnswer> {
  const { state, principal } = call;
  if (principal.kind !== "installation") return refusal(403, "Resource not accessible by integration");
  const { installationId, repositoryIds } = principal.token;
  const visible = [...state.repositories.values()].filter(
    ({ facts }) =>
      facts.installationId === installationId && (repositoryIds === null || repositoryIds.has(facts.id)),
  );
  const { items, headers } = paginate(visible, call, "/installation/repositories");
  const repositories = await Promise.all(items.map((item) => repositoryShape(item, state.url)));
  const body = { total_count: visible.length, repository_selection: "all", repositories };
  return { status: 200, body, headers };
}

function revokeToken({ state, principal }: EmulatedCall): EmulatedAnswer {
  if (principal.kind === "installation") state.installationTokens.delete(principal.text);
  return { status: 204 };
}
