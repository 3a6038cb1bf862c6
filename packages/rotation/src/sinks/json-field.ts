import { SinkError } from "./sink-error.ts";

/**
 * Puts a key into one field of a JSON object that a secret manager holds as text; without a field the text is the key.
 *
 * @throws {@link SinkError} SINK_REFUSED when there is other text that would be overwritten
 */
export function withField(current: string | null, field: string | null, value: string): string {
  if (field === null) return value;
  const object = current === null || current === "" ? {} : parse(current, field);
  return JSON.stringify({ ...object, [field]: value });
}

function parse(text: string, field: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // What is no JSON is refused below; the parser's words could quote a secret.
  }
  throw new SinkError(
    "SINK_REFUSED",
    `the secret is not a JSON object, so it has no field ${JSON.stringify(field)}; name the sink without #`,
  );
}
