import { sinkKinds } from "@keywarden/rotation";
import type { HelpSection } from "@keywarden/command-line";

/** Explains every sink for a new key, from the sinks' own table. */
export function sinkHelp(): readonly HelpSection[] {
  return [
    { title: "Sinks", rows: sinkKinds.map(({ scheme, summary }) => [scheme, summary]) },
    {
      title: "Written as",
      rows: sinkKinds.map(({ scheme, syntax, example }) => [`${scheme}:${syntax}`, example]),
    },
    {
      title: "Credentials of sinks",
      rows: sinkKinds.map(({ scheme, credentials }) => [scheme, credentials]),
    },
  ];
}
