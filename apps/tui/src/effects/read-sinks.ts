import { sinkKinds } from "@keywarden/rotation";

const between = new RegExp(`[\\s,]+(?=(?:${sinkKinds.map(({ scheme }) => scheme).join("|")}):)`);

/** Takes apart what was typed: several sinks stand side by side, each beginning with its kind. */
export function readSinks(typed: string): readonly string[] {
  return typed.trim().split(between);
}
