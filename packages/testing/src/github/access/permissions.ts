/** The app's permissions by name; `write` includes `read`. */
export type Permissions = Readonly<Record<string, "read" | "write" | "admin">>;

/** What the emulated app was granted: the least that Keywarden asks for, and to write issues where a config wants it. */
export const grantedPermissions = {
  checks: "write",
  contents: "read",
  issues: "write",
  metadata: "read",
  pull_requests: "read",
} as const satisfies Permissions;

/** The events that the emulated app subscribes to. */
export const subscribedEvents = ["check_run", "public", "pull_request", "push", "repository"] as const;

const ranks = { read: 1, write: 2, admin: 3 } as const;

export function allows(permissions: Permissions, name: string, level: "read" | "write"): boolean {
  const granted = permissions[name];
  return granted !== undefined && ranks[granted] >= ranks[level];
}

/** The granted permissions narrowed to the wanted ones, or null when they ask for more than was granted. */
export function narrow(granted: Permissions, wanted: Permissions | undefined): Permissions | null {
  if (wanted === undefined) return granted;
  for (const [name, level] of Object.entries(wanted)) {
    const limit = granted[name];
    if (limit === undefined || ranks[limit] < ranks[level]) return null;
  }
  return { ...wanted, metadata: "read" };
}
