import process from "node:process";
import type { Host } from "./host.ts";

const hasJobControl = process.platform !== "win32";

/** How this process is told to stop, to pause and to go on. */
export const signals: Pick<Host, "onStop" | "onContinue" | "suspend"> = {
  onStop: (listener) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.on(name, () => listener({ kind: "signal", name }));
    for (const name of ["uncaughtException", "unhandledRejection"]) {
      process.on(name, (error: unknown) => listener({ kind: "error", error }));
    }
  },
  onContinue: (listener) => {
    if (hasJobControl) process.on("SIGCONT", listener);
  },
  suspend: () =>
    new Promise((resolve) => {
      // Nothing stops where there is no job control; where there is, the timer runs out once we are continued.
      setTimeout(resolve, 100);
      if (hasJobControl) process.kill(process.pid, "SIGTSTP");
    }),
};
