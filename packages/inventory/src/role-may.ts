import type { Role } from "@keywarden/management";

/** What a person can ask of a key that changes something. */
export type Act = "create" | "edit" | "rotate" | "revoke" | "disable" | "enable" | "tokens";

const acts = {
  admin: ["create", "edit", "rotate", "revoke", "disable", "enable", "tokens"],
  operator: ["create", "edit", "rotate", "revoke", "disable", "enable"],
  responder: ["revoke", "disable"],
  reader: [],
  verifier: [],
} as const satisfies Record<Role, readonly Act[]>;

/** Whether a role may do this, so that nothing is offered that the server would refuse. An unknown role may: the server decides. */
export function roleMay(role: Role | null, act: Act): boolean {
  return role === null || (acts[role] as readonly Act[]).includes(act);
}

/** Whether a role may change anything. */
export function roleMayChange(role: Role | null): boolean {
  return role === null || acts[role].length > 0;
}

/** Names the roles that may do this, strongest first. */
export function rolesThatMay(act: Act): readonly Role[] {
  return (Object.keys(acts) as Role[]).filter((role) => roleMay(role, act));
}
