/** What a form sent: one text for each field; a field that is absent is empty. */
export interface Form {
  text(name: string): string;
  /** The parts between commas or lines of all fields of that name, without empty ones. */
  list(name: string): readonly string[];
  /** Whether the form had the field at all. */
  has(name: string): boolean;
}

export function readForm(body: unknown): Form {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams();
  return {
    text: (name) => (fields.get(name) ?? "").trim(),
    list: (name) =>
      fields
        .getAll(name)
        .flatMap((text) => text.split(/[,\n]/))
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    has: (name) => fields.has(name),
  };
}
