import { Session, type Profiler } from "node:inspector";
import { setFlagsFromString } from "node:v8";

/** A piece of code that ran, as V8 counts them: the body of a function, of a branch or of a loop. */
export interface Executed {
  /** The script and where in it the piece stands. */
  readonly block: string;
  readonly times: number;
}

export interface Coverage {
  /** Gives what ran since the start or the last call, and resets the counts. */
  take(): readonly Executed[];
  stop(): void;
}

/** Counts how often each piece of the scripts runs whose URL matches. The counts are exact: equal work gives equal numbers. */
export function startCoverage(scripts: RegExp): Coverage {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return {
    take: () => {
      const executed: Executed[] = [];
      session.post("Profiler.takePreciseCoverage", (error, coverage) => {
        if (error !== null) throw new Error(error.message, { cause: error });
        for (const script of coverage.result)
          if (scripts.test(script.url)) executed.push(...blocksOf(script));
      });
      return executed;
    },
    stop: () => {
      session.post("Profiler.stopPreciseCoverage");
      session.disconnect();
    },
  };
}

function blocksOf({ url, functions }: Profiler.ScriptCoverage): readonly Executed[] {
  return functions.flatMap(({ ranges }) =>
    ranges.flatMap(({ startOffset, endOffset, count }) =>
      count === 0 ? [] : [{ block: `${url}:${startOffset}-${endOffset}`, times: count }],
    ),
  );
}

/**
 * Begins to measure work without a clock: the pieces of matching scripts that run, and the bytes that the functions of
 * `Buffer` pass over for them. It is the same on every machine under every load, as long as the scripts are imported
 * after this call: V8 counts what it compiled earlier by function only, which a loop inside does not show.
 */
export function startCountingWork(scripts: RegExp): (work: () => void) => number {
  // What V8 drops while memory is short and compiles again could be counted differently.
  setFlagsFromString("--no-flush-bytecode");
  const coverage = startCoverage(scripts);
  return (work) => {
    const bytes = countBytes();
    coverage.take();
    try {
      work();
      const executed = coverage.take().reduce((sum, { times }) => sum + times, 0);
      return executed + bytes.counted();
    } finally {
      bytes.restore();
    }
  };
}

// A loop inside a native function is invisible to the coverage, and could be the one that makes work square.
function countBytes(): { readonly counted: () => number; readonly restore: () => void } {
  let counted = 0;
  const methods = [
    [Buffer.prototype, "toString"],
    [Buffer.prototype, "indexOf"],
    [Buffer, "concat"],
  ] as const;
  const restorers = methods.map(([owner, name]) => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== "function") throw new Error(`Buffer has no ${name}`);
    const counting = function (this: unknown, ...args: readonly unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, args);
      counted += passedBytes(this, args, result);
      return result;
    };
    Reflect.set(owner, name, counting);
    return () => Reflect.set(owner, name, original);
  });
  return {
    counted: () => counted,
    restore: () => {
      for (const restore of restorers) restore();
    },
  };
}

/** How far a search came, or how much was copied. */
function passedBytes(bytes: unknown, [, from]: readonly unknown[], result: unknown): number {
  if (typeof result === "string" || result instanceof Uint8Array) return result.length;
  if (typeof result !== "number" || !(bytes instanceof Uint8Array)) return 0;
  const end = result === -1 ? bytes.length : result;
  return Math.max(0, end - (typeof from === "number" ? from : 0));
}
