import type { ProviderProfile } from "../profile.ts";

/** Keywarden itself: the tokens of keywarden-server, which are found and revoked like keys and rotated like none (key-formats.md §5.6). */
export const keywarden: ProviderProfile = {
  id: "keywarden",
  name: "Keywarden",
  formats: [
    {
      prefix: "kwt_",
      kind: "secret",
      environment: "production",
      label: "token",
      body: { alphabet: "base64url", length: 43, stated: true, issuedLength: 43 },
    },
  ],
  publishedExamples: [],
  variables: [{ name: "KEYWARDEN_TOKEN", holds: "key" }],
  hosts: [],
  dialect: "keywarden-tokens",
};
