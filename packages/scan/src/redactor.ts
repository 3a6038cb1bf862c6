import { providersOf, type ProviderProfile } from "@keywarden/key-format";
import { makeRedactor, type Redactor } from "./make-redactor.ts";

export interface RedactorOptions {
  /** Whose keys are masked; absent: those of the built-in providers. */
  readonly providers?: readonly ProviderProfile[];
}

/** Makes a redactor as {@link makeRedactor} does. */
export function createRedactor({ providers = providersOf([]).providers }: RedactorOptions = {}): Redactor {
  return makeRedactor(providers);
}

/** Makes a stream that masks keys as {@link createRedactor} does; it takes text or bytes and gives bytes. */
export function createRedactorStream(
  options?: RedactorOptions,
): TransformStream<Uint8Array | string, Uint8Array> {
  const redactor = createRedactor(options);
  const give = (controller: TransformStreamDefaultController<Uint8Array>, bytes: Uint8Array): void => {
    if (bytes.length > 0) controller.enqueue(bytes);
  };
  return new TransformStream({
    transform: (chunk, controller) => {
      give(controller, redactor.push(chunk));
    },
    flush: (controller) => {
      give(controller, redactor.flush());
    },
  });
}
