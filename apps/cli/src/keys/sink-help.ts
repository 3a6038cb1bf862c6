import { sinkKinds } from "@keywarden/rotation";
import type { HelpSection } from "@keywarden/command-line";

/** Explains every place that a key can be put, from the sinks' own table. */
export function sinkHelp(): readonly HelpSection[] {
  return [
    { title: "Places", rows: sinkKinds.map(({ scheme, summary }) => [scheme, summary]) },
    {
      title: "Written as",
      rows: sinkKinds.map(({ scheme, syntax, example }) => [`${scheme}:${syntax}`, example]),
    },
    {
      title: "Credentials of places",
      rows: sinkKinds.map(({ scheme, credentials }) => [scheme, credentials]),
    },
  ];
}
