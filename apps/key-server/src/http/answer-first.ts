import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { FastifyServerFactory } from "fastify";

/** Answers a request before the framework sees it, or calls `ordinary`, which lets the framework answer it. */
export type AnswerFirst = (request: IncomingMessage, response: ServerResponse, ordinary: () => void) => void;

/** What answers the requests of a listener: the framework, with something before it that may answer. */
export interface Answering {
  /** Makes servers with the settings that Fastify gives its own; a listener's first answers until another begins. */
  readonly serverFactory: FastifyServerFactory;
  /** Answers every request from now on; those under way are answered by whoever has them. */
  readonly begin: () => void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Makes a listener that stays where it is while what answers is replaced. */
export function makeListener(): (answerFirst: AnswerFirst | null) => Answering {
  let current: Answer | null = null;
  return (answerFirst) => {
    let own: Answer | null = null;
    return {
      serverFactory: (handler, { keepAliveTimeout, requestTimeout, connectionTimeout }) => {
        const answer: Answer =
          answerFirst === null
            ? handler
            : (request, response) => answerFirst(request, response, () => handler(request, response));
        own = answer;
        current ??= answer;
        const server = createServer((request, response) => (current ?? answer)(request, response));
        server.keepAliveTimeout = Number(keepAliveTimeout);
        server.requestTimeout = Number(requestTimeout);
        server.setTimeout(Number(connectionTimeout));
        return server;
      },
      begin: () => {
        current = own;
      },
    };
  };
}
