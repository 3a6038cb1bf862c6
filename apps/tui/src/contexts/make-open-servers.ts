import { safeText } from "@keywarden/inventory";
import { LoginError, type Connection } from "@keywarden/inventory/login";
import type { Secret } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management/management-error";
import type { StartedClient } from "../effects/start-client.ts";
import type { ServerEffect } from "../effects/make-performer.ts";
import type { SendEvent } from "../effects/send-event.ts";
import type { Effect } from "../state/effect.ts";
import { describeContext, type OwnContext } from "./own-context.ts";

/** One server that is open, and what is asked of it. */
export interface OpenServer {
  readonly perform: (effect: ServerEffect) => Promise<void>;
  readonly started: StartedClient;
}

export interface OpenServersOptions {
  readonly own: readonly OwnContext[];
  readonly first: Connection;
  readonly firstStarted: StartedClient;
  readonly needsPassphrase: (server: string) => Promise<boolean>;
  readonly connect: (
    server: string,
    context: OwnContext | undefined,
    passphrase: Secret | undefined,
  ) => Promise<Connection>;
  readonly start: (connection: Connection) => StartedClient;
  readonly open: (
    connection: Connection,
    started: StartedClient,
    context: OwnContext | undefined,
    send: SendEvent,
  ) => OpenServer["perform"];
  readonly send: SendEvent;
  /** Whether the operator is asked something, or sees how something ended. */
  readonly isBusy: () => boolean;
}

export interface OpenServers {
  readonly perform: (effect: Effect) => Promise<void>;
  /** Resolves when no change is under way. */
  readonly idle: () => Promise<void>;
  readonly listen: () => void;
}

const changing: ReadonlySet<Effect["kind"]> = new Set([
  "rotate",
  "rotate-all",
  "resume",
  "revoke",
  "revoke-all",
  "switch-key",
  "restrict",
]);

/** Keeps one server open at a time. Going to another ends what waits at the one before, and nothing of it arrives later. */
export function makeOpenServers(options: OpenServersOptions): OpenServers {
  const { own, send } = options;
  const known = new Map([[options.first.server, options.first]]);
  const contextOf = (server: string) => own.find((context) => context.server === server);
  const open = (connection: Connection, started: StartedClient): OpenServer => {
    const { server } = connection;
    const heard: SendEvent = (event) => {
      if (opened?.started === started) send(event);
    };
    return { started, perform: options.open(connection, started, contextOf(server), heard) };
  };
  let change: Promise<void> = Promise.resolve();
  let isGoing = false;
  let opened: OpenServer | undefined;
  let current = options.first.server;
  opened = open(options.first, options.firstStarted);

  const keepToken = (token: Secret): void => {
    const connection = known.get(current);
    if (connection !== undefined) known.set(current, { ...connection, token, tokenFrom: "what you typed" });
  };
  const find = async (server: string, passphrase: Secret | undefined): Promise<Connection> =>
    known.get(server) ?? (await options.connect(server, contextOf(server), passphrase));

  const go = async ({ wanted, passphrase }: Extract<Effect, { kind: "switch-context" }>): Promise<void> => {
    const server = own.find(({ name }) => name === wanted)?.server ?? wanted.replace(/\/+$/, "");
    if (passphrase === undefined && !known.has(server) && (await options.needsPassphrase(server)))
      return send({ kind: "passphrase-needed", wanted });
    const connection = await find(server, passphrase);
    // A change that is under way is finished where it was begun, and its end is read first.
    await change;
    if (options.isBusy())
      return send({ kind: "warned", text: `still at ${safeText(current)}: close the dialog, then go` });
    known.set(server, connection);
    const started = options.start(connection);
    let next: OpenServer;
    try {
      next = open(connection, started);
    } catch (error) {
      started.close();
      throw error;
    }
    opened?.started.close();
    opened = next;
    current = server;
    send({ kind: "switched", ...describeContext(server, contextOf(server)) });
    started.listen(send);
  };

  return {
    perform: async (effect) => {
      if (effect.kind !== "switch-context") {
        if (effect.kind === "use-token") keepToken(effect.token);
        const work = opened?.perform(effect) ?? Promise.resolve();
        if (changing.has(effect.kind)) change = work;
        return work;
      }
      if (isGoing) return;
      isGoing = true;
      try {
        await go(effect);
      } catch (error) {
        if (!(error instanceof LoginError || error instanceof ManagementError)) throw error;
        const message = safeText(error.message);
        if (options.isBusy()) return send({ kind: "warned", text: message });
        const failure = { message, advice: `You are still at ${safeText(current)}.` };
        send({ kind: "action-failed", title: `Not gone to ${safeText(effect.wanted)}`, failure });
      } finally {
        isGoing = false;
      }
    },
    idle: () => change,
    listen: () => opened?.started.listen(send),
  };
}
