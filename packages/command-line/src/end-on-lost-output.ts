import { describeSystemError } from "@keywarden/key-format/words";

/** Ends a program that can write no more, with a sentence and a 2. */
export function endOnLostOutput(
  { name }: { readonly name: string },
  process: Pick<NodeJS.Process, "exit" | "stderr" | "stdout">,
): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as head, closes the pipe. The exit status is the command's.
    if (error.code === "EPIPE") return;
    process.stderr.write(`${name}: standard output could not be written: ${describeSystemError(error)}\n`);
    process.exit(2);
  });
}
