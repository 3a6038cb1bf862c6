import type { Dialect } from "./dialect.ts";

type Operations = Dialect["operations"];

export interface KeyBodies {
  /** The operations whose routes the provider's document gives. */
  readonly documented: readonly (keyof Operations)[];
  readonly create: {
    readonly request: Operations["create"]["request"];
    readonly response: Operations["create"]["response"];
  };
  readonly show: Operations["show"]["response"];
  readonly list: Operations["list"]["response"];
  readonly rotate: Operations["rotate"]["response"];
  readonly revoke: Operations["revoke"]["response"];
  readonly lookup: {
    readonly request: Operations["lookup"]["request"];
    readonly response: Operations["lookup"]["response"];
  };
}

/** The six operations on one collection of keys: all providers that document routes lay them out this way. */
export function keyOperations(collection: string, bodies: KeyBodies): Operations {
  const one = `${collection}/{id}`;
  const given = (operation: keyof Operations) => ({ documented: bodies.documented.includes(operation) });
  return {
    create: { method: "POST", path: collection, status: 201, ...given("create"), ...bodies.create },
    list: {
      method: "GET",
      path: collection,
      status: 200,
      ...given("list"),
      request: null,
      response: bodies.list,
    },
    show: {
      method: "GET",
      path: one,
      status: 200,
      ...given("show"),
      request: null,
      response: bodies.show,
    },
    rotate: {
      method: "POST",
      path: `${one}/rotate`,
      status: 201,
      ...given("rotate"),
      request: null,
      response: bodies.rotate,
    },
    revoke: {
      method: "DELETE",
      path: one,
      status: 200,
      ...given("revoke"),
      request: null,
      response: bodies.revoke,
    },
    lookup: {
      method: "POST",
      path: `${collection}/lookup`,
      status: 200,
      ...given("lookup"),
      ...bodies.lookup,
    },
  };
}
