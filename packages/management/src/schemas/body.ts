import type { z } from "zod";

export interface BodyProblem {
  /** Dotted path to the field, empty for the body as a whole. */
  readonly path: string;
  readonly message: string;
}

export type ReadResult<Read> =
  | { readonly ok: true; readonly value: Read }
  | { readonly ok: false; readonly problems: readonly BodyProblem[] };

/** One JSON body on the wire and its mapping both ways; the writer may know more than the reader learns. */
export interface Body<Written, Read = Written> {
  readonly schema: z.ZodType;
  write(value: Written): unknown;
  read(wire: unknown): ReadResult<Read>;
}

export function makeBody<Wire, Written, Read>(
  schema: z.ZodType<Wire>,
  mapping: { write: (value: Written) => Wire; read: (wire: Wire) => Read },
): Body<Written, Read> {
  return {
    schema,
    write: mapping.write,
    read: (wire) => {
      const parsed = schema.safeParse(wire);
      if (parsed.success) return { ok: true, value: mapping.read(parsed.data) };
      return { ok: false, problems: problemsOf(parsed.error) };
    },
  };
}

export function problemsOf(error: z.ZodError): readonly BodyProblem[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    message: messageOf(issue),
  }));
}

// The reader sent JSON or a query, which cannot contain undefined or NaN; and a key has another meaning here.
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys")
    return `unknown field${issue.keys.length === 1 ? "" : "s"}: ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  if (issue.message.endsWith("received NaN")) return "must be a number";
  return issue.message.replace(/^Invalid input: expected (\w+), received undefined$/, "is missing: $1");
}
