import type { KeyFormat, ProviderProfile } from "./profile.ts";

/** A key format together with the provider that it belongs to. */
export interface ProviderFormat {
  readonly provider: ProviderProfile;
  readonly format: KeyFormat;
}

/** A text cut behind the longest known prefix that it starts with, and every format that has this prefix. */
export interface SplitKey {
  readonly prefix: string;
  readonly rest: string;
  readonly formats: readonly [ProviderFormat, ...ProviderFormat[]];
}

/** Cuts a text behind the longest known prefix that it starts with; `null` when it starts with none (key-formats.md §2.2). */
export function splitKey(text: string, providers: readonly ProviderProfile[]): SplitKey | null {
  let found: [ProviderFormat, ...ProviderFormat[]] | null = null;
  for (const provider of providers) {
    for (const format of provider.formats) {
      if (!text.startsWith(format.prefix)) continue;
      const longest = found?.[0].format.prefix.length ?? 0;
      if (found === null || format.prefix.length > longest) found = [{ provider, format }];
      else if (format.prefix.length === longest) found.push({ provider, format });
    }
  }
  if (found === null) return null;
  const { prefix } = found[0].format;
  return { prefix, rest: text.slice(prefix.length), formats: found };
}
