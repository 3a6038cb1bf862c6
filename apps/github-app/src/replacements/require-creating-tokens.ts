import { makeInventoryClient, ManagementError } from "@keywarden/management";
import { AppError } from "../app-error.ts";
import type { AppConfig } from "../config.ts";
import { rotateThenRevoke } from "../policy-rule.ts";

// A provider that is slow now is no reason to keep deliveries waiting: what its token may not is told at the first key, too.
const timeoutMs = 2_000;
const creating: ReadonlySet<string> = new Set(["admin", "operator"]);

/**
 * Refuses tokens that can revoke and not create, where a policy wants successors. Only a keywarden-server says what a token
 * may; elsewhere it is found out with the first exposed key, which is then dealt with as one that can have no successor.
 *
 * @throws {@link AppError} APP_CONFIG
 */
export async function requireCreatingTokens({
  apis,
  replacement,
}: Pick<AppConfig, "apis" | "replacement">): Promise<void> {
  const wanted = new Set(replacement?.sinks.map(({ provider }) => provider));
  const asked = apis.filter(({ provider }) => wanted.has(provider.id));
  const problems = await Promise.all(
    asked.map(async ({ provider: { id }, baseUrl, token }) => {
      // Below its address a keywarden-server has each provider's API.
      if (!baseUrl.endsWith(`/${id}`)) return [];
      const role = await askRole(baseUrl.slice(0, -id.length - 1), token);
      return role === null || creating.has(role)
        ? []
        : [
            `policy: ${rotateThenRevoke} creates keys, which the token of ${id} may not: its role is ${role}; give the App one with the role operator`,
          ];
    }),
  );
  const all = problems.flat();
  if (all.length > 0) throw new AppError("APP_CONFIG", all.join("\n"));
}

async function askRole(baseUrl: string, token: AppConfig["apis"][number]["token"]): Promise<string | null> {
  try {
    return (await makeInventoryClient({ baseUrl, token, timeoutMs }).whoAmI()).role;
  } catch (error) {
    if (error instanceof ManagementError) return null;
    throw error;
  }
}
