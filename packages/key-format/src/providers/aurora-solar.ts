import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = {
  alphabet: "base62",
  length: { min: 24, max: 128 },
  stated: false,
  issuedLength: 32,
};

/** Aurora Solar, with standard (`sk_`) and restricted (`rk_`) keys in two environments (key-formats.md §5.5). */
export const auroraSolar: ManagedProvider = {
  id: "aurora-solar",
  name: "Aurora Solar",
  formats: [
    { prefix: "sk_sand_", kind: "secret", environment: "sandbox", label: "sand", body },
    { prefix: "sk_prod_", kind: "secret", environment: "production", label: "prod", body },
    { prefix: "rk_sand_", kind: "restricted", environment: "sandbox", label: "sand", body },
    { prefix: "rk_prod_", kind: "restricted", environment: "production", label: "prod", body },
  ],
  publishedExamples: ["fb8d186f8c55e386e56a976afed25015d875343fde29508fbc1fa1fe82d5c240"],
  variables: [],
  hosts: [
    { host: "v2-sandbox.aurorasolar.com", purpose: "console", environment: "sandbox" },
    { host: "v2.aurorasolar.com", purpose: "console", environment: "production" },
  ],
  rotation: { schedule: null, graceSeconds: 0, procedure: "server-side" },
  hygiene: {
    dormantAfterDays: null,
    rotateWithinHoursOfDeparture: null,
    oneStandardKeyPerTenant: true,
    neverLiveInDevelopment: false,
  },
  dialect: "aurora-solar",
};
