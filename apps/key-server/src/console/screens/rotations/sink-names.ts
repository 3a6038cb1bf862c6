import { PAGE_SINK, PAGE_SINK_NAME } from "../../../rotation-service/page-sink.ts";
import type { RotationService } from "../../../rotation-service/rotation-service.ts";
import type { SinkKey } from "../../../rotation-service/server-sinks.ts";

/** Gives the words for the sinks of a key's rotation: the names that who runs the server gave them. */
export function sinkNames(rotationService: RotationService | null, key: SinkKey): (target: string) => string {
  const names = new Map(rotationService?.sinksFor(key).map(({ name, target }) => [target, name]));
  return (target) => (target === PAGE_SINK ? PAGE_SINK_NAME : (names.get(target) ?? target));
}
