import type { AnswerOf, AnswerName } from "./answer-schemas.ts";
import type { BeginRotation, ChangeRotation, RotationQuery, RotationRecord } from "../operator/rotations.ts";
import { fillPath } from "./fill-path.ts";
import type { TransportRequest } from "./transport.ts";

/** The operator API's record of the rotations in progress. */
export interface RotationCalls {
  /** Lists rotations newest first: those in progress unless something else is asked. */
  listRotations(query?: Partial<RotationQuery>): Promise<{
    readonly rotations: readonly RotationRecord[];
    readonly total: number;
  }>;
  /** Claims a key for a rotation, or renews its lease. Fails with MANAGEMENT_CONFLICT while somebody else has the key. */
  beginRotation(rotation: BeginRotation): Promise<RotationRecord>;
  showRotation(id: string): Promise<RotationRecord>;
  /** Writes down how far a rotation is, or ends it; renews its lease. */
  changeRotation(id: string, changes: ChangeRotation): Promise<RotationRecord>;
}

/** Sends a request and reads its answer; `what` says in a failure what could not be done. */
export type ClientCall = <Name extends AnswerName>(
  what: string,
  request: TransportRequest,
  answer: Name,
) => Promise<AnswerOf<Name>>;

export function makeRotationCalls(call: ClientCall): RotationCalls {
  return {
    listRotations: (query = {}) =>
      call("list rotations", { method: "GET", path: "/v1/rotations", query }, "rotationList"),
    beginRotation: (body) =>
      call(
        "begin the rotation",
        { method: "POST", path: "/v1/rotations", body, isRepeatable: true },
        "rotationRecord",
      ),
    showRotation: (id) =>
      call(
        "show the rotation",
        { method: "GET", path: fillPath("/v1/rotations/{id}", id) },
        "rotationRecord",
      ),
    changeRotation: (id, body) =>
      call(
        "record the rotation",
        { method: "PATCH", path: fillPath("/v1/rotations/{id}", id), body, isRepeatable: true },
        "rotationRecord",
      ),
  };
}
