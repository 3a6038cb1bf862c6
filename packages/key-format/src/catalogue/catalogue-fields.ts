import ai from "./tables/ai.json" with { type: "json" };
import cloud from "./tables/cloud.json" with { type: "json" };
import data from "./tables/data.json" with { type: "json" };
import identity from "./tables/identity.json" with { type: "json" };
import messaging from "./tables/messaging.json" with { type: "json" };
import monitoring from "./tables/monitoring.json" with { type: "json" };
import packages from "./tables/packages.json" with { type: "json" };
import payments from "./tables/payments.json" with { type: "json" };
import sourceControl from "./tables/source-control.json" with { type: "json" };
import { smallServices } from "./small-services.ts";
import work from "./tables/work.json" with { type: "json" };
import type { CatalogueTable } from "./catalogue-entry.ts";

/** The tables of the catalogue by field. Their shape is that of docs/catalogue.schema.json, to which the tests hold them. */
export const catalogueFields: Readonly<Record<string, CatalogueTable>> = {
  ...({
    payments,
    cloud,
    "source-control": sourceControl,
    ai,
    messaging,
    data,
    packages,
    identity,
    monitoring,
    work,
  } as unknown as Readonly<Record<string, CatalogueTable>>),
  services: smallServices,
};
