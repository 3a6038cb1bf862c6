/** What a form sent: one text for each field; a field that is absent is empty. */
export interface Form {
  text(name: string): string;
  /** The parts between commas, without empty ones. */
  list(name: string): readonly string[];
}

export function readForm(body: unknown): Form {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams();
  const text = (name: string): string => (fields.get(name) ?? "").trim();
  return {
    text,
    list: (name) =>
      text(name)
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
  };
}
