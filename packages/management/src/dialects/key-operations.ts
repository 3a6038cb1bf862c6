import type { Dialect } from "../dialect.ts";

type Operations = Dialect["operations"];

export interface KeyBodies {
  readonly create: {
    readonly request: Operations["create"]["request"];
    readonly response: Operations["create"]["response"];
  };
  readonly list: Operations["list"]["response"];
  readonly rotate: Operations["rotate"]["response"];
  readonly revoke: Operations["revoke"]["response"];
  readonly lookup: {
    readonly request: Operations["lookup"]["request"];
    readonly response: Operations["lookup"]["response"];
  };
}

/** The five operations on one collection of keys: all documents that name routes lay them out this way. */
export function keyOperations(collection: string, bodies: KeyBodies): Operations {
  const rotate = `${collection}/{id}/rotate`;
  return {
    create: { method: "POST", path: collection, status: 201, ...bodies.create },
    list: { method: "GET", path: collection, status: 200, request: null, response: bodies.list },
    rotate: { method: "POST", path: rotate, status: 201, request: null, response: bodies.rotate },
    revoke: {
      method: "DELETE",
      path: `${collection}/{id}`,
      status: 200,
      request: null,
      response: bodies.revoke,
    },
    lookup: { method: "POST", path: `${collection}/lookup`, status: 200, ...bodies.lookup },
  };
}
