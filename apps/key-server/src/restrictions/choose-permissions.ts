import type { KeyKind } from "@keywarden/key-format";
import type { Dialect } from "@keywarden/management";
import { kindWord } from "./kind-word.ts";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";

/** Settles what a new key may do; a key never gives away a right that it does not have itself. */
export function choosePermissions(
  dialect: Dialect,
  kind: KeyKind,
  wanted: readonly string[] | undefined,
  principal: Principal,
): Outcome<readonly string[] | null> {
  const { permissions: rules } = dialect;
  const word = kindWord(dialect, kind);
  if (wanted !== undefined && !rules.carriers.includes(kind)) {
    return refuse(
      "BAD_REQUEST",
      `a ${word} key of this provider carries no list of permissions; leave it out`,
    );
  }
  const permissions = wanted ?? rules.defaults[kind] ?? null;
  const allowed = rules.limits[kind] ?? rules.known;
  const excess = (permissions ?? []).filter(
    (permission) => allowed !== null && !allowed.includes(permission),
  );
  if (excess.length > 0 && allowed !== null) {
    return refuse(
      "BAD_REQUEST",
      `a ${word} key cannot have ${excess.join(", ")}; it can have ${allowed.join(", ")}`,
    );
  }
  const own = principal.type === "key" ? principal.key.permissions : null;
  if (own === null) return done(permissions);
  const given = permissions ?? rules.known;
  // Without a list a key may do everything, and where any word is a permission no list holds all of them.
  if (given === null) {
    const remedy = rules.carriers.includes(kind) ? "; name its permissions" : "";
    return refuse("FORBIDDEN", `this key cannot give away every right, which it lacks${remedy}`);
  }
  const beyond = given.filter((permission) => !own.includes(permission));
  if (beyond.length > 0) {
    return refuse("FORBIDDEN", `this key cannot give away rights that it lacks: ${beyond.join(", ")}`);
  }
  return done(permissions);
}
