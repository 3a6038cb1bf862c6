import type { HelpSection } from "@keywarden/command-line";
import { providersOf, type ManagedProvider } from "@keywarden/key-format";
import { dialectOf } from "@keywarden/management";
import { bindingFlags } from "./provider-flags.ts";

/** Explains what `keys create` takes for each provider, from the provider's dialect. */
export function providerHelp(): readonly HelpSection[] {
  return [{ title: "Keys of each provider", rows: providersOf([]).managedProviders.map(rowOf) }];
}

function rowOf(profile: ManagedProvider): readonly [string, string] {
  const dialect = dialectOf(profile.dialect);
  const kinds = new Set(profile.formats.map(({ kind }) => dialect.kindWords?.[kind] ?? kind));
  const labels = new Set(profile.formats.map(({ label }) => label));
  const { carriers } = dialect.permissions;
  return [
    profile.id,
    [
      `--environment ${[...labels].join("|")}`,
      ...(kinds.size > 1 ? [`--kind ${[...kinds].join("|")}`] : []),
      ...(carriers.length > 0 ? ["--permission"] : []),
      ...bindingFlags(dialect),
    ].join(" "),
  ];
}
