import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { admit } from "../http/admit.ts";
import { problemEnvelope } from "../http/envelope.ts";
import { handleErrors } from "../http/handle-errors.ts";
import { mountOtherMethods, mountRoute } from "../http/mount-route.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { makeDocument } from "../reference/make-document.ts";
import { mountOperation, operationPaths } from "../operate/mount-operation.ts";
import { mountReference, referencePaths } from "../reference/mount-reference.ts";
import type { ServerContext } from "../server-context.ts";
import { createKeyRoute } from "./create-key.ts";
import { createTokenRoute } from "./create-token.ts";
import { editKeyRoute } from "./edit-key.ts";
import { exportKeysRoute } from "./export-keys.ts";
import { importKeysRoute } from "./import-keys.ts";
import { listAuditRoute } from "./list-audit.ts";
import { listChangesRoute } from "./list-changes.ts";
import { listKeysRoute } from "./list-keys.ts";
import { listSecurityEventsRoute } from "./list-security-events.ts";
import { listTokensRoute } from "./list-tokens.ts";
import { lookUpKeyRoute } from "./look-up-key.ts";
import { lookUpTokenRoute } from "./look-up-token.ts";
import { createKeyAlertRoute, deleteKeyAlertRoute, listKeyAlertsRoute } from "./manage-alerts.ts";
import {
  beginRotationRoute,
  changeRotationRoute,
  listRotationsRoute,
  showRotationRoute,
} from "./manage-rotations.ts";
import { revokeKeyRoute } from "./revoke-key.ts";
import { revokeTokenRoute } from "./revoke-token.ts";
import { rotateKeyRoute } from "./rotate-key.ts";
import { showIdentityRoute } from "./show-identity.ts";
import { showKeyRoute } from "./show-key.ts";
import { showKeyUsageRoute } from "./show-key-usage.ts";
import { showUsageRoute } from "./show-usage.ts";
import { showCalendarRoute, showPolicyRoute, showSealedSecretRoute } from "../policy/policy-routes.ts";
import { disableKeyRoute, enableKeyRoute } from "./switch-key.ts";
import { verifyAuditRoute } from "./verify-audit.ts";
import { verifyKeyRoute } from "../verify/verify-key.ts";

const noQuerySchema = z.strictObject({});

/** Every route of the operator API, in the order of its reference. */
export const operatorRoutes: readonly OperatorRoute[] = [
  listKeysRoute,
  createKeyRoute,
  lookUpKeyRoute,
  exportKeysRoute,
  importKeysRoute,
  verifyKeyRoute,
  showKeyRoute,
  editKeyRoute,
  showKeyUsageRoute,
  listKeyAlertsRoute,
  createKeyAlertRoute,
  deleteKeyAlertRoute,
  disableKeyRoute,
  enableKeyRoute,
  rotateKeyRoute,
  showSealedSecretRoute,
  revokeKeyRoute,
  listRotationsRoute,
  beginRotationRoute,
  showRotationRoute,
  changeRotationRoute,
  listChangesRoute,
  showPolicyRoute,
  showCalendarRoute,
  showUsageRoute,
  listSecurityEventsRoute,
  listAuditRoute,
  verifyAuditRoute,
  listTokensRoute,
  createTokenRoute,
  lookUpTokenRoute,
  revokeTokenRoute,
  showIdentityRoute,
];

/** Keywarden's own API over the keys of all providers, for operators and their programs. */
export function mountOperator(app: FastifyInstance, context: ServerContext): void {
  handleErrors(app, context, problemEnvelope);
  for (const route of operatorRoutes) {
    mountRoute(app, context, {
      method: route.method,
      path: route.path,
      envelope: problemEnvelope,
      bodyLimitBytes: route.bodyLimitBytes,
      isCompressed: route.contract.isCompressed,
      mediaType: route.contract.mediaType,
      admit: (request) =>
        admit(context, request, { right: route.right, keepsLimits: route.keepsLimits === true }),
      handle: async (call) => {
        // A query that a route does not read would be answered as if it were not there, with more than was asked for.
        const query = route.contract.query === undefined ? parse(noQuerySchema, call.query) : null;
        return query?.ok === false ? query : route.handle(context, call);
      },
    });
  }
  mountReference(app, () => makeDocument(operatorRoutes, context.providers.values()));
  mountOperation(app, context);
  mountOtherMethods(app, context, problemEnvelope, [
    ...operatorRoutes,
    ...[...operationPaths, ...referencePaths].map((path) => ({ method: "GET", path })),
  ]);
}
