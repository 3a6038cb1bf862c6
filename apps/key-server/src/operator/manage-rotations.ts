import {
  beginRotationSchema,
  changeRotationSchema,
  rotationListSchema,
  rotationQuerySchema,
  rotationRecordSchema,
} from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { isVisible } from "../keys/find-visible-key.ts";
import { requireKnownKey } from "../keys/require-known-key.ts";
import { requireOneKey } from "../keys/require-one-key.ts";
import { done } from "../refusal.ts";
import { beginRotation as begin } from "../rotations/begin-rotation.ts";
import { changeRotation as change, showRotation as show } from "../rotations/change-rotation.ts";
import { viewRotation } from "../rotations/view-rotation.ts";

export const listRotationsRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/rotations",
  right: "list",
  keepsLimits: true,
  contract: {
    summary: "List the rotations in progress: who carries them out, how far they are, what they wait for",
    query: rotationQuerySchema,
    status: 200,
    answer: rotationListSchema,
  },
  handle: async (context, { caller, query: given }) => {
    const query = parse(rotationQuerySchema, given);
    if (!query.ok) return query;
    const { state, key: keyId, limit } = query.value;
    const allowed = await requireOneKey(context, caller, keyId);
    if (!allowed.ok) return allowed;
    const wanted = {
      ...(state !== "all" && { isOpen: state === "open" }),
      ...(keyId !== undefined && { keyId }),
    };
    const { rotations, keys } = context.storage;
    const [listed, total] = [await rotations.list({ ...wanted, limit }), await rotations.count(wanted)];
    if (total === 0) {
      const there = await requireKnownKey(context, keyId);
      if (!there.ok) return there;
    }
    const found = await keys.getKeys([...new Set(listed.map((rotation) => rotation.keyId))]);
    const nowMs = context.storage.now();
    const byId = new Map(found.map((key) => [key.id, key]));
    const shown = listed.flatMap((rotation) => {
      const key = byId.get(rotation.keyId);
      return key === undefined || !isVisible(caller.principal, key)
        ? []
        : [viewRotation(rotation, key, nowMs)];
    });
    return done({ status: 200, body: { rotations: shown, total } });
  },
};

export const beginRotationRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/rotations",
  right: "rotate",
  keepsLimits: true,
  contract: {
    summary: "Claim a key for one rotation; 409 names whoever carries one out already",
    body: beginRotationSchema,
    status: 201,
    answer: rotationRecordSchema,
    headers: ["Location"],
  },
  handle: async (context, { caller, body }) => {
    const wanted = parse(beginRotationSchema, body);
    if (!wanted.ok) return wanted;
    const begun = await begin(context, caller, wanted.value);
    if (!begun.ok) return begun;
    return done({
      status: 201,
      body: begun.value,
      headers: { location: `/v1/rotations/${begun.value.id}` },
    });
  },
};

export const showRotationRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/rotations/{id}",
  right: "list",
  keepsLimits: true,
  contract: { summary: "Show one rotation", status: 200, answer: rotationRecordSchema },
  handle: async (context, { caller, params }) => {
    const rotation = await show(context, caller, params["id"] ?? "");
    return rotation.ok ? done({ status: 200, body: rotation.value }) : rotation;
  },
};

export const changeRotationRoute: OperatorRoute = {
  method: "PATCH",
  path: "/v1/rotations/{id}",
  right: "rotate",
  keepsLimits: true,
  contract: {
    summary: "Write down how far a rotation is, or end it; renews its lease",
    body: changeRotationSchema,
    status: 200,
    answer: rotationRecordSchema,
  },
  handle: async (context, { caller, params, body }) => {
    const wanted = parse(changeRotationSchema, body);
    if (!wanted.ok) return wanted;
    const changed = await change(context, caller, params["id"] ?? "", wanted.value);
    return changed.ok ? done({ status: 200, body: changed.value }) : changed;
  },
};
