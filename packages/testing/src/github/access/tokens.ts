import { randomBytes } from "node:crypto";
import type { EmulatorState, StoredRepository } from "../state.ts";
import { accountOf } from "../state.ts";
import type { Permissions } from "./permissions.ts";

const tokenLifetimeMs = 60 * 60 * 1000;

export interface MintedToken {
  readonly text: string;
  readonly expiresAtMs: number;
}

/** Makes an installation token in GitHub's format since April 2026: `ghs_`, the app's id, and a JWT, in no fixed length. */
export function mintInstallationToken(
  state: EmulatorState,
  installationId: number,
  permissions: Permissions,
  repositoryIds: ReadonlySet<number> | null,
): MintedToken {
  const jwt = [48, 180, 64].map((sizeBytes) => randomBytes(sizeBytes).toString("base64url")).join(".");
  const text = `ghs_${state.app.id}_${jwt}`;
  const expiresAtMs = Math.floor(state.clock() / 1000) * 1000 + tokenLifetimeMs;
  state.installationTokens.set(text, { installationId, permissions, repositoryIds, expiresAtMs });
  return { text, expiresAtMs };
}

/** The user's personal token, with which the repository can from now on be read and pushed to. */
export function userTokenFor(state: EmulatorState, login: string, repository: StoredRepository): string {
  const user = accountOf(state, login, "User");
  for (const [text, token] of state.userTokens) {
    if (token.user.id !== user.id) continue;
    token.repositoryIds.add(repository.facts.id);
    return text;
  }
  const text = `ghp_${randomBytes(18).toString("hex")}`;
  state.userTokens.set(text, { user, repositoryIds: new Set([repository.facts.id]) });
  return text;
}
