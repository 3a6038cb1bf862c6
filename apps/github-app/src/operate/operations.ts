import { controlOperations } from "./control-operations.ts";
import { deliveryOperations } from "./delivery-operations.ts";
import { exposureOperations } from "./exposure-operations.ts";
import { repositoryOperations } from "./repository-operations.ts";
import { sweepOperations } from "./sweep-operations.ts";
import { tokenOperations } from "./token-operations.ts";

/** Everything that people can ask of the App: the API serves it, and the command line calls it. */
export const operations = {
  ...exposureOperations,
  ...controlOperations,
  ...repositoryOperations,
  ...deliveryOperations,
  ...sweepOperations,
  ...tokenOperations,
} as const;

export type OperationName = keyof typeof operations;
