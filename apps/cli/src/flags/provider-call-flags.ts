import { defineFlags } from "@keywarden/command-line";
import { keyFlags } from "./key-flags.ts";

/** The flags of a command that can ask a provider's own API instead of a keywarden-server. */
export const providerCallFlags = defineFlags({
  provider: keyFlags.provider,
  "provider-url": {
    kind: "url",
    value: "url",
    shownDefault: "from its profile",
    summary: "the provider's own API",
  },
  environment: keyFlags.environment,
});
