/** What the holder of a token may be, strongest first; without zod, so that a flag table can name them. */
export const tokenRoles = ["admin", "operator", "responder", "reader", "verifier"] as const;
