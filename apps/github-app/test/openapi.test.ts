import { expect, test } from "vitest";
import { makeOpenApi } from "../src/http/openapi.ts";
import { operations } from "../src/operate/operations.ts";

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
}

const { paths } = makeOpenApi() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};
const described = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("the OpenAPI document has every operation that the API serves, at its own path", () => {
  const names = described.map(({ operation }) => operation.operationId);
  expect(names.toSorted()).toStrictEqual(Object.keys(operations).toSorted());
});

test.each(described)("$method $path names its parameters with a type, and says what it does", (one) => {
  const inPath = [...one.path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
  const { parameters, summary } = one.operation;
  expect(parameters.filter((given) => given.in === "path").map(({ name }) => name)).toStrictEqual(inPath);
  for (const { schema } of parameters) expect(Object.keys(schema)).not.toHaveLength(0);
  expect(summary).toMatch(/\.$/u);
  expect("requestBody" in one.operation).toBe(one.method === "post");
});
