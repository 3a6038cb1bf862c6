import { sinkKinds } from "@keywarden/rotation";
import type { HelpSection } from "../options.ts";

/** Explains every place that a key can be put, from the sinks' own table. */
export function sinkHelp(): readonly HelpSection[] {
  return [
    {
      title: "Places",
      rows: sinkKinds.map(({ scheme, syntax, summary }) => [`${scheme}:${syntax}`, summary]),
    },
    {
      title: "Credentials of places, from the environment",
      rows: sinkKinds.map(({ scheme, credentials }) => [scheme, credentials]),
    },
    { title: "Places, for example", rows: sinkKinds.map(({ example, scheme }) => [example, scheme]) },
  ];
}
