/** What a schema says is wrong with a value, as zod gives it. */
export interface SchemaProblems {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** Says in one line what is wrong and where: `[0].url: Invalid URL; [1]: …`. Values are never in it. */
export function describeSchemaProblems({ issues }: SchemaProblems): string {
  return issues
    .map(({ path, message }) => {
      const where = path
        .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${String(part)}`))
        .join("");
      return where === "" ? message : `${where}: ${message}`;
    })
    .join("; ");
}
