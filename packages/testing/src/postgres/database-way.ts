import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a database that can be cut, or that falls silent as a network does. */
export interface DatabaseWay extends AsyncDisposable {
  /** The database's URL by this way. */
  readonly url: string;
  /** Ends the connections, or those alone on which a client listens for announcements. */
  cut(which?: "listeners"): void;
  /** Holds back what either side says, on the connections that there are and on those to come. */
  fallSilent(which?: "listeners"): void;
  /** Hands on what was held back, in its order. */
  speakAgain(): void;
}

interface Line {
  readonly sockets: readonly Socket[];
  isListener: boolean;
}

/** Opens a way to a PostgreSQL database on a free port of this machine. */
export async function makeDatabaseWay(databaseUrl: string): Promise<DatabaseWay> {
  const target = new URL(databaseUrl);
  const { hostname, port } = target;
  const lines = new Set<Line>();
  let silent: "all" | "listeners" | null = null;
  let held: (() => void)[] = [];

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const line: Line = { sockets: [near, far], isListener: false };
    lines.add(line);
    const pass = (from: Socket, to: Socket, look: (chunk: Buffer) => void) => {
      from.on("error", () => {});
      from.on("close", () => {
        lines.delete(line);
        to.destroy();
      });
      from.on("data", (chunk: Buffer) => {
        look(chunk);
        if (silent === "all" || (silent === "listeners" && line.isListener)) held.push(() => to.write(chunk));
        else to.write(chunk);
      });
    };
    pass(near, far, (chunk) => {
      if (chunk.includes("listen ")) line.isListener = true;
    });
    pass(far, near, () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  target.port = String((server.address() as AddressInfo).port);

  const cut = (which?: "listeners"): void => {
    for (const { sockets, isListener } of lines)
      if (which === undefined || isListener) for (const socket of sockets) socket.destroy();
  };
  return {
    url: target.href,
    cut,
    fallSilent: (which) => {
      silent = which ?? "all";
    },
    speakAgain: () => {
      silent = null;
      for (const send of held) send();
      held = [];
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
