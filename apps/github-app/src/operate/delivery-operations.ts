import * as z from "zod";
import { AppError } from "../app-error.ts";
import { redeliver } from "../github/redeliver.ts";
import { defineOperation } from "./operation.ts";

const guidSchema = z.string().regex(/^[A-Za-z0-9-]{8,64}$/u, "must be the GUID of a delivery");

/** What GitHub sent. */
export const deliveryOperations = {
  replay: defineOperation({
    summary: "Have GitHub send one delivery again.",
    method: "POST",
    path: "/v1/deliveries/{delivery}/replay",
    right: "steer",
    input: z.object({ delivery: guidSchema }),
    run: async ({ storage, config, isAlone }, { delivery }, person) => {
      if (isAlone === true)
        throw new AppError("APP_CONFLICT", "no App is running to receive the delivery; start it first");
      if (!(await redeliver(config.github, delivery, () => storage.now())))
        throw new AppError("APP_NOT_FOUND", `GitHub does not know the delivery ${delivery} any more`);
      await storage.audit.append({ action: "delivery.replayed", actor: person, details: { delivery } });
      return { delivery };
    },
  }),
} as const;
