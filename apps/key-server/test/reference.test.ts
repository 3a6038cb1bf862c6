import { builtInProviders } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";
import { describe, expect, test } from "vitest";
import { operatorRoutes } from "../src/operator/mount-operator.ts";
import type { OpenApiDocument } from "../src/reference/open-api.ts";
import { makeServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

async function readDocument(): Promise<OpenApiDocument> {
  await using server = await makeServer({ providers: [...builtInProviders, ownProvider] });
  return (await server.call("GET", "/openapi.json", { token: null })).json();
}

const operationsOf = ({ paths }: OpenApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );

describe("200", () => {
  test("the document names every route of every provider and of the operator API, and no other", async () => {
    const named = operationsOf(await readDocument()).map(
      ({ method, path }) => `${method.toUpperCase()} ${path}`,
    );
    const served = [
      ...operatorRoutes.map(({ method, path }) => `${method} ${path}`),
      ...[...builtInProviders, ownProvider].flatMap(({ id, dialect: name }) => {
        const dialect = dialects[name];
        return [
          ...Object.values(dialect?.operations ?? {}),
          ...Object.values(dialect?.monitoring ?? {}),
          ...(dialect?.samples ?? []),
        ].map(({ method, path }) => `${method} /${id}${path}`);
      }),
    ];
    expect(named.toSorted()).toEqual(served.toSorted());
  });

  test("every route that it names is mounted: a stranger is asked for a key, not told 404", async () => {
    const document = await readDocument();
    await using server = await makeServer({ providers: [...builtInProviders, ownProvider] });
    for (const { method, path } of operationsOf(document)) {
      const verb = method.toUpperCase() as "GET" | "POST" | "DELETE";
      const url = path.replaceAll(/\{\w+\}/g, "x");
      expect([url, (await server.call(verb, url, { token: null })).statusCode]).toEqual([url, 401]);
    }
  });

  test("it tells the routes that a provider's document gives from those chosen in its style", async () => {
    const documented = operationsOf(await readDocument())
      .filter(({ operation }) => operation["x-documented"] === true)
      .map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual([
      "delete /aforo/api/v1/api-keys/{id}",
      "delete /example/v1/api-keys/{id}",
      "get /aforo/v1/entitlements/{customerId}",
      "get /example/v1/api-keys",
      "get /example/v1/users/{id}",
      "post /aforo/api/v1/api-keys",
      "post /aforo/v1/events",
    ]);
  });

  test("requests are described as the server reads them, answers as it writes them", async () => {
    const { paths } = await readDocument();
    const create = paths["/aforo/api/v1/api-keys"]?.["post"];
    expect(create?.requestBody?.content["application/json"]?.schema).toMatchObject({
      required: ["name", "environment"],
      additionalProperties: false,
      properties: { environment: { enum: ["test", "live"] } },
    });
    expect(create?.responses["201"]?.content?.["application/json"]?.schema).toMatchObject({
      required: ["key", "id"],
    });
    expect(create?.responses["401"]?.content?.["application/json"]?.schema).toMatchObject({
      properties: { error: { required: ["code", "message"] } },
    });
    const rotate = paths["/v1/keys/{id}/rotate"]?.["post"];
    expect(rotate?.parameters?.map(({ name, required }) => [name, required])).toEqual([
      ["id", true],
      ["If-Match", true],
      ["Idempotency-Key", false],
      ["Keywarden-Seal-To", false],
      ["Keywarden-Own-Key", false],
    ]);
    expect(Object.keys(rotate?.responses ?? {})).toEqual(
      expect.arrayContaining(["201", "401", "403", "404", "409", "412", "428", "503"]),
    );
  });

  test("a route without a body names no refusal of one, and one that reads If-Match says that it can be wrong", async () => {
    const operations = operationsOf(await readDocument());
    const statuses = (wanted: string, path: string) =>
      Object.keys(
        operations.find((one) => one.method === wanted && one.path === path)?.operation.responses ?? {},
      );
    for (const { method, path } of operations.filter((one) => one.method === "get")) {
      expect([path, statuses(method, path)]).toEqual([path, expect.not.arrayContaining(["413"])]);
      expect([path, statuses(method, path)]).toEqual([path, expect.not.arrayContaining(["415"])]);
    }
    expect(statuses("get", "/v1/keys")).toContain("400");
    // An id that is not valid percent-encoding.
    expect(statuses("get", "/aforo/api/v1/api-keys/{id}")).toContain("400");
    expect(statuses("post", "/v1/keys/{id}/revoke")).toEqual(expect.arrayContaining(["400", "412", "415"]));
    expect(statuses("post", "/v1/tokens/{id}/revoke")).toEqual(expect.arrayContaining(["400", "404", "409"]));
    expect(statuses("delete", "/example/v1/api-keys/{id}")).toEqual(expect.arrayContaining(["400", "415"]));
  });

  test("where keys can belong to a tenant, routes name the header that tells which one a request is for", async () => {
    const named = operationsOf(await readDocument()).filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === "X-Tenant-Id"),
    );
    const providers = new Set(named.map(({ path }) => path.split("/")[1]));
    const withTenants = [...builtInProviders, ownProvider].filter(({ dialect }) =>
      dialects[dialect]?.restrictions.includes("tenant"),
    );
    expect([...providers]).toEqual(withTenants.map(({ id }) => id));
    expect(named.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/azotte/v1/subscriptions", "/azotte/v1/security-events"]),
    );
  });

  test("answers name the headers that they carry", async () => {
    const { paths } = await readDocument();
    const headersOf = (path: string, method: string, status: string) =>
      Object.keys(paths[path]?.[method]?.responses[status]?.headers ?? {});
    expect(headersOf("/v1/keys/{id}", "get", "200")).toEqual(["ETag"]);
    expect(headersOf("/v1/keys", "post", "201")).toEqual(["Location", "ETag", "Idempotent-Replayed"]);
    expect(headersOf("/example/v1/api-keys", "get", "200")).toEqual([
      "Link",
      "RateLimit-Policy",
      "RateLimit",
    ]);
    expect(headersOf("/v1/keys", "get", "401")).toEqual(["WWW-Authenticate"]);
    expect(headersOf("/v1/keys", "get", "429")).toEqual(["Retry-After"]);
  });

  test("the page says in words what a parameter takes", async () => {
    await using server = await makeServer();
    const page = (await server.call("GET", "/docs", { token: null })).body;
    expect(page).toContain("<td>integer from 1 to 1000; 100 when absent</td>");
    expect(page).toContain("<td>active, disabled, revoked, expired</td>");
    expect(page).toContain(
      "<td>text from 1 to 100 characters, or several of: text from 1 to 100 characters</td>",
    );
  });

  test("the page has a command for every operation, which curl understands", async () => {
    await using server = await makeServer({ providers: [...builtInProviders, ownProvider] });
    const page = (await server.call("GET", "/docs", { token: null })).body;
    const { paths } = await readDocument();
    const count = Object.values(paths).flatMap((operations) => Object.keys(operations)).length;
    expect(page.match(/<pre>curl /g)).toHaveLength(count);
    const text = page.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    expect(text).toContain(
      `curl -X POST "$KEYWARDEN/aforo/api/v1/api-keys" -H "Authorization: Bearer $TOKEN" \\\n` +
        `  -H "Content-Type: application/json" -d '{"name":"example","environment":"test"}'`,
    );
    expect(text).toContain(
      `curl -X POST "$KEYWARDEN/v1/keys/$ID/rotate" -H "Authorization: Bearer $TOKEN" \\\n  -H 'If-Match: "1"'`,
    );
    const body = JSON.parse(
      /POST "\$KEYWARDEN\/aforo\/api\/v1\/api-keys"[^]*?-d '(.*?)'/.exec(text)?.[1] ?? "",
    ) as object;
    const made = await server.call("POST", "/aforo/api/v1/api-keys", { body });
    expect(made.statusCode).toBe(201);
    const { id } = made.json<{ id: string }>();
    for (const path of ["/aforo/api/v1/api-keys", "/v1/keys"]) {
      const command = text.slice(text.indexOf(`POST "$KEYWARDEN${path}/$ID/alerts"`));
      const alert = JSON.parse(/-d '(.*?)'/.exec(command)?.[1] ?? "") as object;
      expect((await server.call("POST", `${path}/${id}/alerts`, { body: alert })).statusCode).toBe(201);
    }
  });

  test("every operation has a name of its own, and readonly lists may be sent", async () => {
    const document = await readDocument();
    const names = operationsOf(document).map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(document)).not.toContain("readOnly");
  });

  test("the page shows every route without a script or anything from elsewhere", async () => {
    const document = await readDocument();
    await using server = await makeServer({ providers: [...builtInProviders, ownProvider] });

    const page = await server.call("GET", "/docs", { token: null });

    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    for (const { method, path } of operationsOf(document))
      expect(page.body).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
    expect(page.body).not.toMatch(/<script|https?:\/\/|<link|<img/i);
  });

  test("a provider's name cannot write HTML", async () => {
    const provider = { ...ownProvider, name: "<b onclick=x>" };
    await using server = await makeServer({ providers: [provider] });

    const page = await server.call("GET", "/docs", { token: null });

    expect(page.body).not.toContain("<b onclick");
    expect(page.body).toContain("&lt;b onclick=x&gt;");
  });
});

describe("405", () => {
  test.each(["/openapi.json", "/docs"])("%s is only read", async (url) => {
    await using server = await makeServer();
    const response = await server.call("POST", url);
    expect([response.statusCode, response.headers["allow"]]).toEqual([405, "GET"]);
  });
});
