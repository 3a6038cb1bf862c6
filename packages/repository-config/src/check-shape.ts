import { nearestWord, suggest } from "@keywarden/key-format";
import type { Shape } from "./shape.ts";

/** Something that is wrong with a document; it quotes names and never values, which may be keys. */
export interface DocumentProblem {
  /** `allow[0].path`; `""` is the whole document. */
  readonly path: string;
  readonly message: string;
}

/** Reports every difference between a value and its shape. */
export function checkShape(shape: Shape, value: unknown, path = ""): readonly DocumentProblem[] {
  switch (shape.kind) {
    case "object":
      return checkObject(shape, value, path);
    case "list":
      return checkList(shape, value, path);
    case "text":
      return checkText(shape, value, path);
    case "choice":
      return checkChoice(shape.names, value, path);
    case "integer": {
      const isFine = Number.isInteger(value) && Number(value) >= shape.least && Number(value) <= shape.most;
      return isFine ? [] : wrong(path, `must be a whole number from ${shape.least} to ${shape.most}`);
    }
    case "flag":
      return typeof value === "boolean" ? [] : wrong(path, `must be true or false, not ${kindOf(value)}`);
    case "nothing":
      return value === null ? [] : wrong(path, `must be null, not ${kindOf(value)}`);
    case "either":
      break;
  }
  return checkShape(isDocumentObject(value) ? shape.object : shape.plain, value, path);
}

type ShapeOf<Kind extends Shape["kind"]> = Extract<Shape, { readonly kind: Kind }>;

function checkObject(
  { properties, oneOrMoreOf = [] }: ShapeOf<"object">,
  value: unknown,
  path: string,
): readonly DocumentProblem[] {
  if (!isDocumentObject(value)) return wrong(path, `must be an object, not ${kindOf(value)}`);
  const names = Object.keys(properties);
  const inner = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const unknown = Object.keys(value)
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: inner(name), message: prefix(path) + describeUnknown(name, names) }));
  const known = Object.entries(properties).flatMap(([name, property]) => {
    if (Object.hasOwn(value, name)) return checkShape(property.shape, value[name], inner(name));
    return property.isRequired === true ? wrong(path, `${name} is missing: ${describe(property.shape)}`) : [];
  });
  // What is missing is probably what is misspelt.
  const isEmpty =
    oneOrMoreOf.length > 0 && unknown.length === 0 && !oneOrMoreOf.some((name) => Object.hasOwn(value, name));
  const least = isEmpty ? wrong(path, `must name at least one of ${oneOrMoreOf.join(", ")}`) : [];
  return [...unknown, ...known, ...least];
}

function checkList(
  { of, least = 0, most }: ShapeOf<"list">,
  value: unknown,
  path: string,
): readonly DocumentProblem[] {
  if (!Array.isArray(value)) return wrong(path, `must be a list, not ${kindOf(value)}`);
  if (value.length < least) return wrong(path, `must list at least ${least}`);
  if (value.length > most) return wrong(path, `has ${value.length} items, at most ${most} are allowed`);
  return value.flatMap((item: unknown, index) => checkShape(of, item, `${path}[${index}]`));
}

function checkText(
  { pattern, what, problemOf }: ShapeOf<"text">,
  value: unknown,
  path: string,
): readonly DocumentProblem[] {
  if (typeof value !== "string") return wrong(path, `must be ${what}, not ${kindOf(value)}`);
  const problem = problemOf?.(value) ?? (pattern.test(value) ? null : `must be ${what}`);
  return problem === null ? [] : wrong(path, problem);
}

function checkChoice(names: readonly string[], value: unknown, path: string): readonly DocumentProblem[] {
  if (typeof value === "string" && names.includes(value)) return [];
  const nearest = typeof value === "string" ? nearestWord(value, names) : undefined;
  return wrong(path, `must be ${names.join(", ")}${suggest(nearest)}`);
}

function describeUnknown(name: string, names: readonly string[]): string {
  const remedy = suggest(nearestWord(name, names), `known are ${names.join(", ")}`);
  return `unknown property ${JSON.stringify(name)}${remedy}`;
}

function describe(shape: Shape): string {
  if (shape.kind === "text") return shape.what;
  if (shape.kind === "choice") return `one of ${shape.names.join(", ")}`;
  return shape.kind === "list" ? "a list" : "an object";
}

const wrong = (path: string, message: string): readonly DocumentProblem[] => [
  { path, message: path === "" ? `the document ${message}` : prefix(path) + message },
];

const prefix = (path: string): string => (path === "" ? "" : `${path}: `);

/** Whether a value of a document is an object with named members: neither `null` nor a list. */
export function isDocumentObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
