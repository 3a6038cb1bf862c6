/** What git said to questions that were asked before this program ran, each good for one use. */
export interface GivenAnswers {
  /** Absolute; where git was asked. */
  readonly directory: string;
  /** Gives what git wrote when it was asked exactly this and ended well; undefined where that is not known. */
  readonly take: (args: readonly string[]) => Buffer | undefined;
}

// git separates with single zeros, so what it wrote holds no such text, and what it ends with forms none.
const mark = "\n\0\0";

/**
 * Reads the answers that a hook hands over: behind a line with its own number, each answer, the mark, the exit status and
 * the question.
 *
 * An answer that is cut off, of a git that failed or in any other form does not count: git is asked again.
 *
 * @param read gives all of it, or throws; it is read when the first answer is wanted.
 */
export function readGivenAnswers(directory: string, number: string, read: () => Buffer): GivenAnswers {
  let answers: Map<string, Buffer> | undefined;
  return {
    directory,
    take: (args) => {
      answers ??= parse(number, read);
      const question = args.join(" ");
      const answer = answers.get(question);
      answers.delete(question);
      return answer;
    },
  };
}

function parse(number: string, read: () => Buffer): Map<string, Buffer> {
  const answers = new Map<string, Buffer>();
  let text: Buffer;
  try {
    text = read();
  } catch {
    return answers;
  }
  const head = `${number}\n`;
  if (text.toString("latin1", 0, head.length) !== head) return answers;
  for (let at = head.length; at < text.length;) {
    const end = text.indexOf(mark, at, "latin1");
    const next = end === -1 ? -1 : text.indexOf("\n", end + mark.length, "latin1");
    if (next === -1) return answers;
    const [, question] = /^0 (.+)$/u.exec(text.toString("latin1", end + mark.length, next)) ?? [];
    if (question !== undefined) answers.set(question, text.subarray(at, end));
    at = next + 1;
  }
  return answers;
}
