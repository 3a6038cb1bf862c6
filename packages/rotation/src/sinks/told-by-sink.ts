import { sanitise } from "./run-process.ts";
import { SinkError } from "./sink-error.ts";

/**
 * Does what a sink has to do with its provider's library.
 *
 * @param hidden what no message may hold, such as the new key
 * @param judge says what an error of the library means; its words are short and hold nothing hidden
 * @throws SinkError as `judge` says, without a cause: a library's error may carry the request with its token
 */
export async function toldBySink<Result>(
  hidden: readonly string[],
  work: () => Promise<Result>,
  judge: (error: unknown, words: string) => SinkError,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SinkError) throw error;
    throw judge(error, sanitise(error instanceof Error ? error.message : String(error), hidden));
  }
}
