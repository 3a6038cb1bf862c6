import { dialects, type Role } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { describe, expect, test } from "vitest";
import { actorOf, limitsOf, originOf, type Principal } from "../../src/auth/principal.ts";
import { checkKeyManages, checkKeyReads, checkRole, rolesWith, type Right } from "../../src/auth/right.ts";

const [dialect] = Object.values(dialects);
if (dialect === undefined) throw new Error("no dialect");

const all: readonly Role[] = ["admin", "operator", "responder", "reader", "verifier"];
// Read the other way round than the product writes it: who may do this?
const rolesByRight: Readonly<Record<Right, readonly Role[]>> = {
  list: ["admin", "operator", "responder", "reader"],
  lookup: ["admin", "operator", "responder", "reader"],
  create: ["admin", "operator"],
  rotate: ["admin", "operator"],
  edit: ["admin", "operator"],
  revoke: ["admin", "operator", "responder"],
  audit: ["admin", "operator", "reader"],
  tokens: ["admin"],
  identity: all,
  verify: ["admin", "operator", "verifier"],
  changes: all,
  alerts: ["admin", "operator"],
  export: ["admin", "operator"],
  import: ["admin"],
};

test.each(Object.entries(rolesByRight))("the right %s have the roles %j, and no others", (name, roles) => {
  const right = name as Right;
  expect(rolesWith(right)).toEqual(roles);
  expect(all.filter((role) => checkRole(role, right).ok)).toEqual(roles);
});

test("a refused role is told which ones would do", () => {
  expect(checkRole("reader", "revoke")).toMatchObject({
    ok: false,
    refusal: { code: "FORBIDDEN", message: expect.stringContaining("admin or operator or responder") },
  });
});

const keyWith = (kind: StoredKey["kind"], permissions: readonly string[] | null): StoredKey =>
  ({ id: "key_1", kind, permissions, environment: "production" }) as unknown as StoredKey;

describe("a key manages or reads", () => {
  // Beside the kind and the list of a key: may it read, and may it manage where a permission is needed, and where none is?
  test.each([
    ["secret", ["manage"], true, true, true],
    ["secret", ["other", "manage"], true, true, true],
    ["secret", ["other"], false, false, true],
    ["secret", [], false, false, true],
    // No list is everything elsewhere; what is not said is not given here.
    ["secret", null, false, false, true],
    ["restricted", ["manage"], false, false, false],
    ["publishable", ["manage"], false, false, false],
    ["restricted", null, false, false, false],
  ] as const)("as a %s key with %j: %s, %s and %s", (kind, permissions, reads, manages, managesFreely) => {
    const key = keyWith(kind, permissions);
    const under = (manageKeys: string | null) =>
      checkKeyManages(key, { ...dialect, permissions: { ...dialect.permissions, manageKeys } }).ok;
    expect([checkKeyReads(key, "manage").ok, under("manage"), under(null)]).toEqual([
      reads,
      manages,
      managesFreely,
    ]);
  });

  test("and is told which kind of key would do, in its provider's words", () => {
    const words = { ...dialect, kindWords: { secret: "standard" as const } };
    expect(checkKeyManages(keyWith("publishable", null), words)).toMatchObject({
      refusal: { message: expect.stringContaining("use a standard key of the production environment") },
    });
  });
});

describe("who acts", () => {
  const limits = { providers: ["aforo"] };
  const token: Principal = { type: "token", id: "tok_1", name: "ada", role: "reader", limits };
  const key: Principal = { type: "key", key: keyWith("secret", null) };
  const at = { ip: "10.1.2.3", requestId: "req_1" };

  test("is named by the token's name and id, or by the key's id", () => {
    expect([actorOf(token), actorOf(key)]).toEqual(["token:ada", "key:key_1"]);
    expect(originOf({ ...at, principal: token })).toEqual({ ...at, actorId: "tok_1" });
    for (const principal of [key, null]) expect(originOf({ ...at, principal })).toEqual(at);
  });

  test("that is a person is told by a verified address, else by a name and the subject that nobody else has", () => {
    const person: Principal = {
      type: "person",
      id: "https://id.example#subject-7",
      name: "ann#admin",
      email: null,
      role: "reader",
      limits: null,
    };
    expect(actorOf(person)).toBe("person:ann#admin#subject-7");
    expect(actorOf({ ...person, email: "ann@example.com" })).toBe("person:ann@example.com");
    expect(originOf({ ...at, principal: person })).toEqual({
      ...at,
      actorId: "https://id.example#subject-7",
      actorName: "ann#admin",
    });
  });

  test("has limits only where a token has some", () => {
    expect([limitsOf(token), limitsOf({ ...token, limits: null }), limitsOf(key)]).toEqual([
      limits,
      null,
      null,
    ]);
  });
});
