export type SchemaObject = { [name: string]: unknown };

const prose = new Set(["description", "summary", "example", "examples", "externalDocs", "tags", "title"]);
const namesAreFree = new Set(["properties", "patternProperties", "content", "responses"]);
const verbatim = new Set(["enum", "const", "default", "required"]);

/** A copy without what explains rather than rules: descriptions, examples, titles, `x-` fields, answer headers. */
export function withoutProse(node: unknown, keysAreNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutProse(item));
  if (!isObject(node)) return node;
  const kept: SchemaObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (!keysAreNames && (prose.has(key) || key.startsWith("x-") || key === "headers")) continue;
    const isVerbatim = !keysAreNames && verbatim.has(key);
    kept[key] = isVerbatim ? value : withoutProse(value, !keysAreNames && namesAreFree.has(key));
  }
  return kept;
}

/** Every `#/…` that is referred to below the node. */
export function pointersIn(node: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    if (typeof value["$ref"] === "string") found.add(value["$ref"]);
    Object.values(value).forEach(visit);
  };
  visit(node);
  return found;
}

/** The components behind the pointers and, in turn, behind theirs. */
export function pickReferenced(description: SchemaObject, pointers: ReadonlySet<string>): SchemaObject {
  const components: Record<string, SchemaObject> = {};
  const waiting = [...pointers];
  const seen = new Set(waiting);
  for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop()) {
    const [, , group = "", name = ""] = pointer.split("/");
    const whole = ((description["components"] as SchemaObject)[group] as SchemaObject)[name];
    if (whole === undefined) throw new Error(`nothing at ${pointer}`);
    const component = withoutProse(whole);
    (components[group] ??= {})[name] = component;
    for (const next of pointersIn(component)) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return Object.fromEntries(
    Object.entries(components).map(([group, members]) => [
      group,
      Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
