import type { FastifyInstance } from "fastify";
import { admit } from "../http/admit.ts";
import { problemEnvelope } from "../http/envelope.ts";
import { handleErrors } from "../http/handle-errors.ts";
import { mountOtherMethods, mountRoute } from "../http/mount-route.ts";
import type { OperatorRoute } from "../http/route.ts";
import { makeDocument } from "../reference/make-document.ts";
import { mountOperation, operationPaths } from "../operate/mount-operation.ts";
import { mountReference, referencePaths } from "../reference/mount-reference.ts";
import type { ServerContext } from "../server-context.ts";
import { createKey } from "./create-key.ts";
import { createToken } from "./create-token.ts";
import { editKey } from "./edit-key.ts";
import { exportKeys } from "./export-keys.ts";
import { importKeys } from "./import-keys.ts";
import { listAudit } from "./list-audit.ts";
import { listChanges } from "./list-changes.ts";
import { listKeys } from "./list-keys.ts";
import { listSecurityEvents } from "./list-security-events.ts";
import { listTokens } from "./list-tokens.ts";
import { lookUpKey } from "./look-up-key.ts";
import { lookUpToken } from "./look-up-token.ts";
import { createKeyAlert, deleteKeyAlert, listKeyAlerts } from "./manage-alerts.ts";
import { beginRotation, changeRotation, listRotations, showRotation } from "./manage-rotations.ts";
import { revokeKey } from "./revoke-key.ts";
import { revokeToken } from "./revoke-token.ts";
import { rotateKey } from "./rotate-key.ts";
import { showIdentity } from "./show-identity.ts";
import { showKey } from "./show-key.ts";
import { showKeyUsage } from "./show-key-usage.ts";
import { showUsage } from "./show-usage.ts";
import { showCalendar, showPolicy, showSealedSecret } from "../policy/policy-routes.ts";
import { disableKey, enableKey } from "./switch-key.ts";
import { verifyAudit } from "./verify-audit.ts";
import { verifyKey } from "./verify-key.ts";

/** Every route of the operator API, in the order of its reference. */
export const operatorRoutes: readonly OperatorRoute[] = [
  listKeys,
  createKey,
  lookUpKey,
  exportKeys,
  importKeys,
  verifyKey,
  showKey,
  editKey,
  showKeyUsage,
  listKeyAlerts,
  createKeyAlert,
  deleteKeyAlert,
  disableKey,
  enableKey,
  rotateKey,
  showSealedSecret,
  revokeKey,
  listRotations,
  beginRotation,
  showRotation,
  changeRotation,
  listChanges,
  showPolicy,
  showCalendar,
  showUsage,
  listSecurityEvents,
  listAudit,
  verifyAudit,
  listTokens,
  createToken,
  lookUpToken,
  revokeToken,
  showIdentity,
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
      handle: (call) => route.handle(context, call),
    });
  }
  mountReference(app, () => makeDocument(operatorRoutes, context.providers.values()));
  mountOperation(app, context);
  mountOtherMethods(app, context, problemEnvelope, [
    ...operatorRoutes,
    ...[...operationPaths, ...referencePaths].map((path) => ({ method: "GET", path })),
  ]);
}
