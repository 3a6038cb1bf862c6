import type { Event } from "../state/event.ts";

type WithoutTime<E> = E extends unknown ? Omit<E, "atMs"> : never;

/** Reports what happened; the receiver adds the session time. */
export type SendEvent = (event: WithoutTime<Event>) => void;
