import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { FastifyServerFactory } from "fastify";

/** Answers a request before the framework sees it, or calls `ordinary`, which lets the framework answer it. */
export type AnswerFirst = (request: IncomingMessage, response: ServerResponse, ordinary: () => void) => void;

/** Makes servers with the settings that Fastify gives its own, with something before it that may answer. */
export function serverThatAnswersFirst(answerFirst: AnswerFirst): FastifyServerFactory {
  return (handler, { keepAliveTimeout, requestTimeout, connectionTimeout }) => {
    const server = createServer((request, response) =>
      answerFirst(request, response, () => handler(request, response)),
    );
    server.keepAliveTimeout = Number(keepAliveTimeout);
    server.requestTimeout = Number(requestTimeout);
    server.setTimeout(Number(connectionTimeout));
    return server;
  };
}
