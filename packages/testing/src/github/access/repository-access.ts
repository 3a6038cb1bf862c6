import { allows } from "./permissions.ts";
import type { EmulatedPrincipal } from "./principal.ts";
import { isSuspended, suspended } from "./suspension.ts";
import type { EmulatorState, StoredRepository } from "../state.ts";

export type Access =
  | { readonly granted: true; readonly repository: StoredRepository }
  | { readonly granted: false; readonly status: 403 | 404; readonly message: string };

const hidden = { granted: false, status: 404, message: "Not Found" } as const;

/**
 * Finds a repository for someone who wants to use it. What is not theirs to know of is `404`, like what does
 * not exist; what they may see but not do is `403`.
 */
export function accessRepository(
  state: EmulatorState,
  principal: EmulatedPrincipal,
  fullName: string,
  permission: "checks" | "contents" | "issues" | "metadata" | "secrets",
  level: "read" | "write",
): Access {
  const repository = state.repositories.get(fullName.toLowerCase());
  if (repository === undefined) return hidden;
  const { facts } = repository;
  const mayRead = !facts.private && level === "read" && permission !== "checks" && permission !== "secrets";
  if (level === "write" && repository.isArchived)
    return { granted: false, status: 403, message: "Repository was archived so is read-only." };
  if (principal.kind === "installation" && isSuspended(state, principal.token.installationId))
    return { granted: false, status: 403, message: suspended };
  if (principal.kind === "user" && principal.token.repositoryIds.has(facts.id))
    return { granted: true, repository };
  if (principal.kind === "installation") {
    const { installationId, permissions, repositoryIds } = principal.token;
    const isCovered =
      facts.installationId === installationId && (repositoryIds === null || repositoryIds.has(facts.id));
    if (isCovered && allows(permissions, permission, level)) return { granted: true, repository };
    if (!isCovered && facts.private) return hidden;
    if (!mayRead) return { granted: false, status: 403, message: "Resource not accessible by integration" };
  }
  return mayRead ? { granted: true, repository } : hidden;
}
