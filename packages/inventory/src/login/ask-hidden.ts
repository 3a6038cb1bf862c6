import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { credentialError } from "./login-error.ts";

/**
 * Asks the person at the terminal for a line that is not shown, also where standard input is a pipe; null where there
 * is nobody to ask.
 *
 * @throws LoginError LOGIN_CREDENTIALS when the person stops it
 */
export async function askHidden(question: string, write: (text: string) => void): Promise<string | null> {
  const terminal = openTerminal();
  if (terminal === null) return null;
  terminal.setRawMode(true);
  write(question);
  try {
    let line = "";
    for await (const chunk of terminal) {
      for (const letter of (chunk as Buffer).toString("utf8")) {
        if (letter === "\r" || letter === "\n") return line;
        if (letter === "\u0003" || letter === "\u0004") throw credentialError("Stopped");
        if (letter === "\u007F" || letter === "\b") line = Array.from(line).slice(0, -1).join("");
        else if (letter === "\u0015") line = "";
        else if (letter >= " ") line += letter;
      }
    }
    return line;
  } finally {
    write("\n");
    terminal.destroy();
  }
}

function openTerminal(): ReadStream | null {
  for (const path of ["/dev/tty", String.raw`\\.\CONIN$`]) {
    try {
      const stream = new ReadStream(openSync(path, "r+"));
      return stream;
    } catch {
      // Not this system's name for it, or no terminal.
    }
  }
  return null;
}
