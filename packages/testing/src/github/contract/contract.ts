import type { ErrorObject } from "ajv";
import type { Breach } from "./breach.ts";
import { loadDescription, pointerStep } from "./json-schema.ts";
import type { Description } from "./json-schema.ts";
import { isKnownNoise } from "./known-noise.ts";

export interface RequestToCheck {
  readonly method: string;
  /** As the description writes it, `/repos/{owner}/{repo}`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined when the request had none. */
  readonly body: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: object;
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required?: boolean };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;
}

const api = loadDescription("github-api.json");
const webhooks = loadDescription("github-webhooks.json");

/** What is wrong with a request, by GitHub's own description; empty when nothing is. */
export function checkRequest(request: RequestToCheck): readonly Breach[] {
  const operation = operationOf(request.method, request.path);
  const parameters = (operation.parameters ?? []).map(resolveParameter);
  return [
    ...parameters
      .filter((parameter) => parameter.in === "path")
      .flatMap((parameter) => checkParameter(parameter, request.params[parameter.name])),
    ...parameters
      .filter((parameter) => parameter.in === "query")
      .flatMap((parameter) => checkParameter(parameter, request.query[parameter.name])),
    ...Object.keys(request.query)
      .filter((name) => !parameters.some((parameter) => parameter.in === "query" && parameter.name === name))
      .map((name) => breach(`query ${name}`, "is not a parameter of this route")),
    ...checkBody(request, operation),
  ];
}

/** What is wrong with an answer; an error status that the route does not list must still have GitHub's error shape. */
export function checkAnswer(method: string, path: string, status: number, body: unknown): readonly Breach[] {
  const operation = operationOf(method, path);
  const part = `answer ${status}`;
  const listed = operation.responses[String(status)];
  if (listed === undefined) {
    // Every route sends on what asks by a former name, and the description says so of some alone.
    if (status < 400 && status !== 301 && status !== 307)
      return [breach(part, "is not a status of this route")];
    const shape = status === 422 ? "validation-error" : "basic-error";
    return validate(api, `/components/schemas/${shape}`, body, part);
  }
  const pointer =
    listed.$ref?.slice(1) ??
    `/paths/${pointerStep(path)}/${method.toLowerCase()}/responses/${String(status)}`;
  const content = listed.$ref === undefined ? listed.content : contentAt(api, pointer);
  if (content === undefined) return body === undefined ? [] : [breach(part, "must have no body")];
  return validate(api, `${pointer}/content/application~1json/schema`, body, part);
}

/** What is wrong with a webhook payload; null when the committed description does not know the event. */
export function checkPayload(
  event: string,
  payload: Readonly<Record<string, unknown>>,
): readonly Breach[] | null {
  const known = webhooks.json["webhooks"] as Readonly<Record<string, unknown>>;
  const { action } = payload;
  // The description names an event together with its action.
  const name = (typeof action === "string" ? `${event}-${action}` : event).replaceAll("_", "-");
  if (!(name in known)) return null;
  const pointer = `/webhooks/${name}/post/requestBody/content/application~1json/schema`;
  return validate(webhooks, pointer, payload, `payload ${event}`);
}

function operationOf(method: string, path: string): Operation {
  const paths = api.json["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`the committed description has no ${method} ${path}`);
  return operation;
}

function checkParameter(parameter: Parameter, text: string | undefined): readonly Breach[] {
  const part = `${parameter.in} ${parameter.name}`;
  if (text === undefined) return parameter.required === true ? [breach(part, "is missing")] : [];
  const schema = parameter.schema ?? {};
  const type = (schema as { readonly type?: string }).type;
  const value = type === "integer" && /^-?\d+$/u.test(text) ? Number(text) : text;
  const validator = api.validatorOf(schema);
  validator(value);
  return toBreaches(validator.errors, part);
}

function checkBody(request: RequestToCheck, operation: Operation): readonly Breach[] {
  if (operation.requestBody === undefined) {
    return request.body === undefined ? [] : [breach("body", "must be absent")];
  }
  if (request.body === undefined) {
    return operation.requestBody.required === true ? [breach("body", "is missing")] : [];
  }
  const pointer = `/paths/${pointerStep(request.path)}/${request.method.toLowerCase()}/requestBody`;
  return validate(api, `${pointer}/content/application~1json/schema`, request.body, "body");
}

function validate(
  description: Description,
  pointer: string,
  value: unknown,
  part: string,
): readonly Breach[] {
  const validator = description.validatorAt(pointer);
  validator(value);
  return toBreaches(validator.errors, part).filter((found) => !isKnownNoise(found));
}

function toBreaches(errors: readonly ErrorObject[] | null | undefined, part: string): readonly Breach[] {
  return (errors ?? []).map((error) => ({
    part,
    error,
    message: `${error.instancePath} ${error.message ?? error.keyword}`.trim(),
  }));
}

function breach(part: string, message: string): Breach {
  return { part, error: null, message };
}

function resolveParameter(parameter: Parameter | { readonly $ref: string }): Parameter {
  return "$ref" in parameter ? (at(api, parameter.$ref.slice(1)) as Parameter) : parameter;
}

function contentAt(description: Description, pointer: string): object | undefined {
  return (at(description, pointer) as { readonly content?: object }).content;
}

function at(description: Description, pointer: string): unknown {
  let node: unknown = description.json;
  for (const name of pointer.split("/").slice(1)) node = (node as Record<string, unknown>)[name];
  return node;
}
