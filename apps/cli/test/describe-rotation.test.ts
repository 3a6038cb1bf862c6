import type { RotationState } from "@keywarden/rotation";
import { expect, test } from "vitest";
import { describeState } from "../src/keys/describe-rotation.ts";

const endsAtMs = Date.parse("2026-06-01T12:00:00Z");
const waiting = {
  plan: { rotation: "0a1b2c3d", key: { provider: "aforo", id: "key_1", name: "billing" } },
  status: "running",
  oldUntilMs: endsAtMs,
} as RotationState;

test.each([
  [endsAtMs - 1, "old key until 2026-06-01T12:00:00.000Z"],
  [
    endsAtMs,
    "by this clock the old key can go since 2026-06-01T12:00:00.000Z: keywarden rotate --resume 0a1b2c3d",
  ],
])("at %d the list of rotations says what became of the old key's time", (nowMs, progress) => {
  expect(describeState(waiting, nowMs)).toBe(`0a1b2c3d  aforo  key_1  billing  ${progress}`);
});
