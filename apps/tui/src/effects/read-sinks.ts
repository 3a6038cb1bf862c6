import { sinkForms } from "@keywarden/rotation/sink-forms";
import type { Target } from "../state/dialog.ts";

const between = new RegExp(`[\\s,]+(?=(?:${Object.keys(sinkForms).join("|")}):)`);

/** Stands for the sinks that each key's last rotation went to. */
export const lastSinks = "last";

/** Fills in what tells the sinks of several keys apart: `{name}`, `{NAME}` in capitals, and `{id}`. */
export function fillSinks(
  sinks: readonly string[],
  { id, name }: Pick<Target, "id" | "name">,
): readonly string[] {
  const slug = name.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_|_$/g, "");
  return sinks.map((sink) =>
    sink.replaceAll("{id}", id).replaceAll("{name}", slug).replaceAll("{NAME}", slug.toUpperCase()),
  );
}

/** Takes apart what was typed: several sinks stand side by side, each beginning with its kind. */
export function readSinks(typed: string): readonly string[] {
  return typed.trim().split(between);
}
