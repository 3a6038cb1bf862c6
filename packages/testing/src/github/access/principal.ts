import { verifyAppJwt } from "./app-jwt.ts";
import type { EmulatorState, InstallationToken, UserToken } from "../state.ts";

/** Who is asking. */
export type EmulatedPrincipal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "installation"; readonly token: InstallationToken; readonly text: string }
  | { readonly kind: "user"; readonly token: UserToken }
  | { readonly kind: "rejected"; readonly status: 401 | 404; readonly message: string };

const badCredentials = { kind: "rejected", status: 401, message: "Bad credentials" } as const;

/** Reads an `Authorization` header of the REST API: `Bearer` or `token`, as GitHub takes both. */
export async function principalOfHeader(
  header: string | undefined,
  state: EmulatorState,
): Promise<EmulatedPrincipal> {
  if (header === undefined) return { kind: "anonymous" };
  const credential = /^(?:bearer|token) (\S+)$/iu.exec(header)?.[1];
  if (credential === undefined) return badCredentials;
  const known = principalOfToken(credential, state);
  if (known !== null) return known;
  if (credential.startsWith("gh") || credential.split(".").length !== 3) return badCredentials;
  const verdict = await verifyAppJwt(credential, state.app, state.clock());
  return verdict.ok
    ? { kind: "app" }
    : { kind: "rejected", status: verdict.status, message: verdict.message };
}

/** Who holds a token, as git sends it in the password of HTTP Basic; null when it is unknown or expired. */
export function principalOfToken(text: string, state: EmulatorState): EmulatedPrincipal | null {
  const user = state.userTokens.get(text);
  if (user !== undefined) return { kind: "user", token: user };
  const token = state.installationTokens.get(text);
  if (token === undefined || state.clock() >= token.expiresAtMs) return null;
  return { kind: "installation", token, text };
}
