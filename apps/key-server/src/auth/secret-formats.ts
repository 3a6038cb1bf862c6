import type { ManagedProvider } from "@keywarden/key-format";
import { TOKEN_PREFIX } from "./authenticate.ts";

/** How the server's own tokens are written. It is mounted nowhere: no key is ever made or verified by it. */
const tokenProfile: ManagedProvider = {
  id: "keywarden",
  name: "Keywarden",
  formats: [
    {
      prefix: TOKEN_PREFIX,
      kind: "secret",
      environment: "production",
      label: "token",
      body: { alphabet: "base64url", length: 43, stated: true, issuedLength: 43 },
    },
  ],
  publishedExamples: [],
  variables: [],
  hosts: [],
  rotation: { schedule: null, graceSeconds: 0, procedure: "create-deploy-revoke" },
  hygiene: { dormantAfterDays: null, rotateWithinHoursOfDeparture: null, neverLiveInDevelopment: false },
  dialect: "none",
};

/** All that must reach neither log, answer nor database in full: the providers' keys and the server's own tokens. */
export function secretFormats(providers: readonly ManagedProvider[]): readonly ManagedProvider[] {
  return [...providers, tokenProfile];
}
