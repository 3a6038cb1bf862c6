import type { paths } from "@octokit/openapi-types";
import type { EmulatedPrincipal } from "../access/principal.ts";
import { accessRepository } from "../access/repository-access.ts";
import type { EmulatorState, StoredRepository } from "../state.ts";

export interface EmulatedAnswer {
  readonly status: number;
  /** Absent for 204. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EmulatedCall {
  readonly state: EmulatorState;
  readonly principal: EmulatedPrincipal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Already valid by the description. */
  readonly body: unknown;
}

/** One operation of GitHub's description and how it is answered. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: keyof paths;
  /** Who may call: the app by its JWT, one of its installations, or anyone who can see the repository. */
  readonly caller: "app" | "installation" | "anyone";
  /** Whether the secondary limits count it. */
  readonly createsContent?: true;
  handle(call: EmulatedCall): EmulatedAnswer | Promise<EmulatedAnswer>;
}

const documentationUrl = "https://docs.github.com/rest";

/** An error as GitHub words it. */
export function refusal(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer {
  return { status, body: { message, documentation_url: documentationUrl, status: String(status) }, headers };
}

/** Answers for the repository that the path names, or refuses as GitHub would. */
export async function withRepository(
  { state, principal, params }: EmulatedCall,
  permission: "checks" | "contents" | "issues" | "metadata" | "secrets",
  level: "read" | "write",
  answer: (repository: StoredRepository) => EmulatedAnswer | Promise<EmulatedAnswer>,
): Promise<EmulatedAnswer> {
  const fullName = `${params["owner"] ?? ""}/${params["repo"] ?? ""}`;
  const access = accessRepository(state, principal, fullName, permission, level);
  return access.granted ? await answer(access.repository) : refusal(access.status, access.message);
}
