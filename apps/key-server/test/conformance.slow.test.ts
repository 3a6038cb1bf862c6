import { aero2, aforo, builtInProviders, Secret, type ManagedProvider } from "@keywarden/key-format";
import {
  conformanceChecks,
  renderConformanceJunit,
  renderConformanceText,
  runConformance,
  type ConformanceOptions,
} from "@keywarden/management/conformance";
import { findPostgres, startPostgres } from "@keywarden/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const providers: readonly ManagedProvider[] = [...builtInProviders, ownProvider];
const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";

/** What keywarden-server does beyond the documents. */
const whole = { generations: true, idempotencyKey: true } as const;

async function listen(options: { readonly databaseUrl?: string } = {}) {
  const server = await makeServer({ providers, ...options });
  await server.app.http.listen({ host: "127.0.0.1", port: 0 });
  const address = server.app.http.addresses()[0];
  if (typeof address !== "object") throw new Error("not listening");
  const token = new Secret(await server.tokenFor("operator"));
  const travel = {
    longestMs: Number.POSITIVE_INFINITY,
    precisionMs: 1,
    wait: async (ms: number) => server.clock.advance(ms),
  };
  return {
    ...server,
    check: (profile: ManagedProvider, more: Partial<ConformanceOptions> = {}) =>
      runConformance({
        profile,
        capabilities: whole,
        baseUrl: `http://127.0.0.1:${address.port}/${profile.id}`,
        token,
        travel,
        ...more,
      }),
  };
}

/** What cannot be checked of each provider, for a reason of its own. */
const uncheckable = ({ rotation }: ManagedProvider) => (rotation.graceSeconds === 0 ? ["grace-end"] : []);

describe("keywarden-server keeps every promise of the documents", () => {
  test.each(providers)("$id on SQLite", async (profile) => {
    await using server = await listen();
    const report = await server.check(profile);
    expect(report.checks.filter(({ status }) => status === "failed")).toEqual([]);
    const unchecked = report.checks.filter(({ status }) => status === "not-checked");
    expect(unchecked.map(({ id }) => id)).toEqual(uncheckable(profile));
    expect(report).toMatchObject({ isConformant: true, leftOver: [] });
  });

  test.skipIf(note !== "")(`all of them on PostgreSQL${note}`, async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    await using server = await listen({ databaseUrl: postgres.url });
    for (const profile of providers) {
      const report = await server.check(profile);
      expect(report.checks.filter(({ status }) => status === "failed")).toEqual([]);
      expect(report.isConformant).toBe(true);
    }
  });
});

test("without a way to let time pass, what depends on it is not checked, and never passed", async () => {
  await using server = await listen();
  for (const travel of [undefined, { longestMs: 299_999, precisionMs: 1, wait: async () => {} }]) {
    const { checks, isConformant } = await server.check(aforo, { travel });
    expect(checks.find(({ id }) => id === "grace-end")).toMatchObject({
      status: "not-checked",
      detail: "time would have to pass for 300 s",
    });
    expect(isConformant).toBe(true);
  }
});

test("what a provider does not promise is not checked", async () => {
  await using server = await listen();
  const capabilities = { list: false, lookup: false, generations: false, idempotencyKey: false };
  const { checks } = await server.check(aforo, { capabilities });
  expect(checks.filter(({ status }) => status === "not-checked").map(({ id }) => id)).toEqual([
    "list",
    "list-pages",
    "lookup",
    "lost-update",
    "repeated-create",
    "repeated-rotate",
    "revoked-list",
    "list-secrets",
  ]);
});

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly init: RequestInit;
  /** Sends the request as it came, or another one. */
  readonly send: (init?: RequestInit, url?: URL) => Promise<Response>;
}

type Breakage = (exchange: Exchange) => Promise<Response>;

const isCollection = ({ path }: Exchange) => path === "/v1/api-keys";
const isCreate = (exchange: Exchange) => exchange.method === "POST" && isCollection(exchange);
const isList = (exchange: Exchange) => exchange.method === "GET" && isCollection(exchange);
const isRotate = ({ path }: Exchange) => path.endsWith("/rotate");
const isRevoke = ({ method }: Exchange) => method === "DELETE";
const isUse = ({ path }: Exchange) => path === "/v1/application";

const rewrite = async (response: Response, change: (body: string) => string): Promise<Response> => {
  const { status, headers } = response;
  const plain = Object.fromEntries(
    [...headers].filter(([name]) => !["content-length", "transfer-encoding"].includes(name)),
  );
  return new Response(change(await response.text()), { status, headers: plain });
};

/** An answer of the use, whatever the key. */
const welcome = () => Response.json({ id: "app", name: "app" });

const withoutHeader = (init: RequestInit, name: string): RequestInit => {
  const headers = new Headers(init.headers);
  headers.delete(name);
  return { ...init, headers };
};

/** For each check an API that breaks the one promise; made anew for each run, because some of them remember. */
const breakages: Readonly<Record<string, () => Breakage>> = {
  create: () => async (exchange) => {
    const response = await exchange.send();
    return isCreate(exchange) ? rewrite(response, (body) => body.replace('"name"', '"title"')) : response;
  },
  list: () => async (exchange) => {
    const response = await exchange.send();
    return isList(exchange) ? rewrite(response, (body) => body.replaceAll("-first", "-other")) : response;
  },
  "list-pages": () => async (exchange) => {
    if (!isList(exchange)) return exchange.send();
    const url = new URL(exchange.url);
    if (url.searchParams.has("limit")) url.searchParams.set("limit", "2");
    return exchange.send(exchange.init, url);
  },
  verify: () => async (exchange) =>
    isUse(exchange) ? Response.json({ error: "forbidden", message: "no" }, { status: 403 }) : exchange.send(),
  "unknown-key": () => async (exchange) => (isUse(exchange) ? welcome() : exchange.send()),
  lookup: () => async (exchange) => {
    const response = await exchange.send();
    if (!exchange.path.endsWith("/lookup")) return response;
    return rewrite(response, () => '{"key":null}');
  },
  rotate: () => async (exchange) => {
    const response = await exchange.send();
    return isRotate(exchange) && response.ok
      ? new Response(await response.text(), { status: 200, headers: response.headers })
      : response;
  },
  "grace-seconds": () => async (exchange) => {
    const response = await exchange.send();
    if (!isRotate(exchange)) return response;
    return rewrite(response, (body) => body.replace('"expires_in_seconds":86400', '"expires_in_seconds":60'));
  },
  grace: () => {
    const dead = new Set<string>();
    const key = ({ init }: Exchange) => new Headers(init.headers).get("authorization") ?? "";
    let last = "";
    return async (exchange) => {
      if (isRotate(exchange)) dead.add(last);
      if (!isUse(exchange)) return exchange.send();
      if (dead.has(key(exchange))) return Response.json({ error: "x", message: "x" }, { status: 401 });
      const response = await exchange.send();
      if (response.ok) last = key(exchange);
      return response;
    };
  },
  "grace-end": () => {
    const known = new Set<string>();
    return async (exchange) => {
      const response = await exchange.send();
      if (!isUse(exchange)) return response;
      const key = new Headers(exchange.init.headers).get("authorization") ?? "";
      if (response.ok) known.add(key);
      return known.has(key) ? welcome() : response;
    };
  },
  "second-key": () => {
    let last = "";
    return async (exchange) => {
      const response = await exchange.send();
      // A tenant has one key: the newest.
      if (isCreate(exchange)) {
        const text = await response.clone().text();
        last = /"key":"([^"]+)"/.exec(text)?.[1] ?? last;
      }
      if (isRotate(exchange)) last = "";
      if (!isUse(exchange) || last === "") return response;
      const key = new Headers(exchange.init.headers).get("authorization");
      return key === `Bearer ${last}`
        ? response
        : Response.json({ error: "x", message: "x" }, { status: 401 });
    };
  },
  "lost-update": () => async (exchange) => exchange.send(withoutHeader(exchange.init, "if-match")),
  "repeated-create": () => async (exchange) =>
    exchange.send(isCreate(exchange) ? withoutHeader(exchange.init, "idempotency-key") : exchange.init),
  "repeated-rotate": () => async (exchange) =>
    exchange.send(isRotate(exchange) ? withoutHeader(exchange.init, "idempotency-key") : exchange.init),
  revoke: () => async (exchange) => {
    const response = await exchange.send();
    return isRevoke(exchange) && response.ok ? rewrite(response, () => '{"ok":true}') : response;
  },
  "revoked-key": () => {
    const known = new Set<string>();
    return async (exchange) => {
      const response = await exchange.send();
      if (!isUse(exchange)) return response;
      const key = new Headers(exchange.init.headers).get("authorization") ?? "";
      if (response.ok) known.add(key);
      return known.has(key) ? welcome() : response;
    };
  },
  "revoke-again": () => {
    const gone = new Set<string>();
    return async (exchange) => {
      if (!isRevoke(exchange)) return exchange.send();
      if (gone.has(exchange.path)) return Response.json({ error: "x", message: "x" }, { status: 500 });
      gone.add(exchange.path);
      return exchange.send();
    };
  },
  "revoked-rotate": () => {
    let answered = "";
    return async (exchange) => {
      const response = await exchange.send();
      if (!isRotate(exchange)) return response;
      if (response.ok) answered = await response.clone().text();
      return response.status === 409 ? new Response(answered, { status: 201 }) : response;
    };
  },
  "revoked-list": () => {
    let page = "";
    return async (exchange) => {
      const response = await exchange.send();
      if (!isList(exchange)) return response;
      if (page === "") page = await response.clone().text();
      return rewrite(response, () => page);
    };
  },
  "list-secrets": () => {
    let key = "";
    return async (exchange) => {
      const response = await exchange.send();
      if (isCreate(exchange) && key === "") {
        key = /"key":"([^"]+)"/.exec(await response.clone().text())?.[1] ?? "";
      }
      return isList(exchange)
        ? rewrite(response, (body) => body.replace('"keys":[{', `"keys":[{"secret":"${key}",`))
        : response;
    };
  },
  "error-not-found": () => async (exchange) => {
    const response = await exchange.send();
    return response.status === 404 ? new Response("not found", { status: 404 }) : response;
  },
  "error-bad-request": () => async (exchange) => {
    const response = await exchange.send();
    return response.status === 400 ? rewrite(response, () => '{"problem":"bad"}') : response;
  },
  "error-unauthorised": () => async (exchange) => {
    const response = await exchange.send();
    return response.status === 401 ? rewrite(response, () => '{"problem":"who"}') : response;
  },
};

const broken = (breakage: Breakage): typeof fetch => {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return breakage({
      method: init.method ?? "GET",
      path: url.pathname.slice("/aero2".length),
      url,
      init,
      send: (other = init, address = url) => fetch(address, other),
    });
  };
};

describe("an API that breaks one promise", () => {
  test("there is one for every check", () => {
    expect(Object.keys(breakages).toSorted()).toEqual(conformanceChecks.map(({ id }) => id).toSorted());
  });

  test.each(Object.entries(breakages))("%s fails that check", async (id, make) => {
    await using server = await listen();
    const report = await server.check(aero2, { fetch: broken(make()) });
    expect(report.checks.find((check) => check.id === id)).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(/\w/) as string,
    });
    expect(report.isConformant).toBe(false);
  });
});

test("an API that is not there fails and is not thrown at the caller", async () => {
  await using server = await listen();
  const report = await server.check(aforo, { baseUrl: "http://127.0.0.1:1" });
  expect(report.isConformant).toBe(false);
  expect(report.checks[0]).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("could not be reached") as string,
  });
});

test("keys that could not be revoked are named", async () => {
  await using server = await listen();
  const report = await server.check(aero2, {
    fetch: broken(async (exchange) =>
      isRevoke(exchange) ? new Response("{}", { status: 503 }) : exchange.send(),
    ),
  });
  expect(report.leftOver.length).toBeGreaterThan(2);
  expect(renderConformanceText(report)).toContain(report.leftOver[0]);
});

test("reports count what was not checked apart, and are XML that holds", async () => {
  await using server = await listen();
  const report = await server.check(aforo, {
    travel: undefined,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      return response.status === 401 ? new Response('<a href="x">&', { status: 401 }) : response;
    },
  });
  const text = renderConformanceText(report);
  expect(text).toMatch(
    /FAILED\s+error-unauthorised[^]*not checked\s+grace-end|not checked\s+grace-end[^]*FAILED/,
  );
  expect(text).toMatch(/\d+ passed, 1 failed, 1 not checked\n$/);
  const xml = renderConformanceJunit(report);
  expect(xml).toContain('failures="1" skipped="1"');
  expect(xml.match(/<testcase /g)).toHaveLength(conformanceChecks.length);
});
