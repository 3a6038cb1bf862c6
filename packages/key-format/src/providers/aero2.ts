import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = {
  alphabet: "base62",
  length: { min: 12, max: 128 },
  stated: false,
  issuedLength: 32,
};

/** Aero2, whose document names two prefixes and no length (key-formats.md §5.2). */
export const aero2: ManagedProvider = {
  id: "aero2",
  name: "Aero2",
  formats: [
    { prefix: "pk_live_", kind: "publishable", environment: "production", label: "live", body },
    { prefix: "sk_live_", kind: "secret", environment: "production", label: "live", body },
  ],
  publishedExamples: [],
  variables: [],
  hosts: [],
  rotation: { schedule: null, graceSeconds: 86_400, procedure: "server-side" },
  hygiene: { dormantAfterDays: null, rotateWithinHoursOfDeparture: null, neverLiveInDevelopment: false },
  dialect: "aero2",
};
