export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The part of JSON Schema in which our configurations are described. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly type?: string | readonly string[];
}

/** Every variant of a document that has the secret in one of its places: for a value, for a name, or beside them. */
export function variantsOf(value: Json, secret: string): readonly Json[] {
  if (isList(value)) {
    const inner = value.flatMap((item, index) =>
      variantsOf(item, secret).map((variant) => value.with(index, variant)),
    );
    return [secret, [...value, secret], ...inner];
  }
  if (!isObject(value)) return [secret];
  const members = Object.entries(value);
  const inner = members.flatMap(([name, member], index) => [
    ...variantsOf(member, secret).map((variant) => Object.fromEntries(members.with(index, [name, variant]))),
    // Without these no format is declared, and the secret is none.
    ...(["prefix", "pattern"].includes(name)
      ? []
      : [Object.fromEntries(members.with(index, [secret, member]))]),
  ]);
  return [secret, { ...value, [secret]: secret }, ...inner];
}

/** The same for each field that the schema has and the document lacks, so that a new field needs no line here. */
export function variantsOfAbsent(document: Json, schema: Schema, secret: string): readonly Json[] {
  const branches = branchesOf(schema);
  const { properties = {}, additionalProperties, items } = branches.find((one) => fits(document, one)) ?? {};
  if (isObject(document)) {
    const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
    const present = Object.entries(document).flatMap(([name, member]) =>
      variantsOfAbsent(member, properties[name] ?? others ?? {}, secret).map((variant) => ({
        ...document,
        [name]: variant,
      })),
    );
    const absent = Object.entries(properties)
      .filter(([name]) => !(name in document))
      .flatMap(([name, field]) =>
        variantsOf(sampleOf(field), secret).map((variant) => ({ ...document, [name]: variant })),
      );
    return [...present, ...absent];
  }
  if (!isList(document) || items === undefined) return [];
  const present = document.flatMap((item, index) =>
    variantsOfAbsent(item, items, secret).map((variant) => document.with(index, variant)),
  );
  const absent = branchesOf(items)
    .filter((branch) => branch.properties !== undefined && !document.some((item) => fits(item, branch)))
    .flatMap((branch) => variantsOf(sampleOf(branch), secret).map((variant) => [...document, variant]));
  return [...present, ...absent];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !isList(value);

/** The alternatives of a schema; one that says only which fields belong together is itself. */
function branchesOf(schema: Schema): readonly Schema[] {
  if (schema.properties !== undefined) return [schema];
  const branches = schema.oneOf ?? schema.anyOf;
  return branches === undefined ? [schema] : branches.flatMap(branchesOf);
}

/** Whether a value is of the type that a schema describes, and has its constants. */
function fits(value: Json, { properties, additionalProperties, items }: Schema): boolean {
  if (isList(value)) return items !== undefined;
  if (!isObject(value)) return false;
  if (properties === undefined) return typeof additionalProperties === "object";
  return Object.entries(properties).every(([name, { const: fixed }]) => !fixed || value[name] === fixed);
}

/** A value with all fields of a schema. */
function sampleOf(schema: Schema): Json {
  const branches = branchesOf(schema);
  const branch = branches.find(({ properties }) => properties !== undefined) ?? branches[0] ?? {};
  const { properties, additionalProperties, items } = branch;
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, sampleOf(field)]));
  if (typeof additionalProperties === "object") return { x: sampleOf(additionalProperties) };
  if (items !== undefined) return [sampleOf(items)];
  return branch.const ?? branch.enum?.[0] ?? branch.default ?? (branch.type === "string" ? "x" : 1);
}
