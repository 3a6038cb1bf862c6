import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = { alphabet: "hex", length: { min: 16, max: 128 }, stated: false, issuedLength: 40 };

/** Azotte, whose printed keys have 16 hex digits and whose tenants carry the environment too (key-formats.md §5.4). */
export const azotte: ManagedProvider = {
  id: "azotte",
  name: "Azotte",
  formats: [
    { prefix: "pk_dev_", kind: "publishable", environment: "development", label: "dev", body },
    { prefix: "pk_live_", kind: "publishable", environment: "production", label: "live", body },
    { prefix: "sk_dev_", kind: "secret", environment: "development", label: "dev", body },
    { prefix: "sk_live_", kind: "secret", environment: "production", label: "live", body },
  ],
  publishedExamples: [
    "b2d034eec7e433b0f5f363ed7fb82ee4ddf543b805763df2c9ef1583effeaaab",
    "8bdaabac08b15f2b95b396e556794d97cba0a992ea0c9b33899d511d9bad271c",
  ],
  variables: [
    { name: "AZOTTE_API_KEY", holds: "key" },
    {
      name: "AZOTTE_TENANT_ID",
      holds: "tenant",
      prefixes: { development: "tenant_dev_", production: "tenant_prod_" },
    },
  ],
  hosts: [],
  rotation: { schedule: { every: "quarter" }, graceSeconds: 0, procedure: "create-deploy-revoke" },
  hygiene: { dormantAfterDays: null, rotateWithinHoursOfDeparture: null, neverLiveInDevelopment: false },
  dialect: "azotte",
};
