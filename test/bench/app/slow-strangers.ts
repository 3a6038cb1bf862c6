import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export const strangers = 60;

/** Strangers who announce a body of a megabyte and never send it. */
export async function slowStrangers(url: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: strangers }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => undefined);
    socket.write(
      [
        "POST /webhooks/github HTTP/1.1",
        `host: ${hostname}`,
        "content-type: application/json",
        "content-length: 1048576",
        `x-hub-signature-256: sha256=${"0".repeat(64)}`,
        "",
        "{",
      ].join("\r\n"),
    );
    return socket;
  });
  await wait(200);
  return sockets;
}
