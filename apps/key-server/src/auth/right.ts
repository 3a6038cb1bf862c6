import type { Dialect, Role } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { kindWord } from "../restrictions/kind-word.ts";
import { done, refuse, type Outcome } from "../refusal.ts";

export type Right =
  | "list"
  | "lookup"
  | "create"
  | "rotate"
  | "edit"
  | "revoke"
  | "audit"
  | "tokens"
  | "identity"
  | "verify"
  | "changes"
  | "alerts"
  | "export"
  | "import";

const rightsByRole = {
  admin: [
    "list",
    "lookup",
    "create",
    "rotate",
    "edit",
    "revoke",
    "audit",
    "tokens",
    "identity",
    "verify",
    "changes",
    "alerts",
    "export",
    "import",
  ],
  operator: [
    "list",
    "lookup",
    "create",
    "rotate",
    "edit",
    "revoke",
    "audit",
    "identity",
    "verify",
    "changes",
    "alerts",
    "export",
  ],
  responder: ["list", "lookup", "revoke", "identity", "changes"],
  reader: ["list", "lookup", "audit", "identity", "changes"],
  verifier: ["verify", "identity", "changes"],
} as const satisfies Record<Role, readonly Right[]>;

export function checkRole(role: Role, right: Right): Outcome<null> {
  const rights: readonly Right[] = rightsByRole[role];
  if (rights.includes(right)) return done(null);
  return refuse(
    "FORBIDDEN",
    `a token with the role ${role} may not do this; use one with the role ${rolesWith(right).join(" or ")}`,
  );
}

export function rolesWith(right: Right): readonly string[] {
  return Object.entries(rightsByRole)
    .filter(([, rights]) => (rights as readonly Right[]).includes(right))
    .map(([name]) => name);
}

/** Decides whether a live key may read what is known of keys' use: a secret one that holds the permission. */
export function checkKeyReads(key: StoredKey, permission: string): Outcome<null> {
  if (key.kind !== "secret" || !(key.permissions ?? []).includes(permission))
    return refuse("FORBIDDEN", `this needs a secret key with the permission ${permission}`);
  return done(null);
}

/** Decides whether a live key may manage keys: a secret one may, in its own environment, if its permissions say so. */
export function checkKeyManages(key: StoredKey, dialect: Dialect): Outcome<null> {
  if (key.kind !== "secret") {
    return refuse(
      "FORBIDDEN",
      `a ${key.kind} key cannot manage keys; use a ${kindWord(dialect, "secret")} key of the ${key.environment} environment`,
    );
  }
  const needed = dialect.permissions.manageKeys;
  if (needed !== null && !(key.permissions ?? []).includes(needed)) {
    return refuse("FORBIDDEN", `this key lacks the permission ${needed}; use a key that was given it`);
  }
  return done(null);
}
