import type { ManagedProvider } from "@keywarden/key-format";

/** A provider that a user defines, with all three kinds of keys and a short grace period. */
export const ownProvider: ManagedProvider = {
  id: "orchard",
  name: "Orchard",
  formats: (["secret", "publishable", "restricted"] as const).map((kind) => ({
    prefix: `orch_${kind.slice(0, 3)}_`,
    kind,
    environment: "production",
    label: "live",
    body: { alphabet: "base62", length: 32, stated: true, issuedLength: 32 },
  })),
  publishedExamples: [],
  variables: [],
  hosts: [],
  rotation: { schedule: null, graceSeconds: 60, procedure: "server-side" },
  hygiene: { dormantAfterDays: null, rotateWithinHoursOfDeparture: null, neverLiveInDevelopment: false },
  dialect: "standard",
};
