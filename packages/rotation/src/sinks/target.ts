import type { SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";

/** Says how to write a target of this kind. */
export function badTarget(kind: Pick<SinkKind, "scheme" | "syntax" | "example">, target: string): SinkError {
  return new SinkError(
    "SINK_BAD_TARGET",
    `${JSON.stringify(target)} must be written as ${kind.scheme}:${kind.syntax}, for example ${kind.example}`,
  );
}

/** Splits `<address>#<field>`; null where either is missing. */
export function splitField(rest: string): { readonly address: string; readonly field: string } | null {
  const index = rest.lastIndexOf("#");
  const address = rest.slice(0, Math.max(index, 0));
  const field = rest.slice(index + 1);
  return index === -1 || address === "" || field === "" ? null : { address, field };
}
