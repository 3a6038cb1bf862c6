import type { SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";

/** Says how a target of that kind has to be written. */
export function badTarget(kind: Pick<SinkKind, "scheme" | "syntax" | "example">, target: string): SinkError {
  return new SinkError(
    "SINK_BAD_TARGET",
    `${JSON.stringify(target)} has to be written as ${kind.scheme}:${kind.syntax}, such as ${kind.example}`,
  );
}

/** Splits `<place>#<field>`; null where either is missing. */
export function splitField(rest: string): { readonly place: string; readonly field: string } | null {
  const index = rest.lastIndexOf("#");
  const place = rest.slice(0, Math.max(index, 0));
  const field = rest.slice(index + 1);
  return index === -1 || place === "" || field === "" ? null : { place, field };
}
