/** What the App has to be granted: it asks for no token with more. */
export const permissions = { checks: "write", contents: "read", metadata: "read" } as const;

/**
 * Permissions that the App asks nothing with: GitHub lets an app subscribe to the event only where it has them.
 * `pull_request` brings what forks propose.
 */
export const permissionsForEvents = { pull_requests: "read" } as const;

/** Permissions that only a config asks for: `issues` in it has an issue written for each key. */
export const permissionsForConfig = { issues: "write" } as const;

/** Events that GitHub sends to every app, whatever it subscribes to. */
export const unaskedEvents: ReadonlySet<string> = new Set(["installation", "installation_repositories"]);
