/** Something that must hold for every input. */
export interface Target {
  /** The scripts of which new pieces make an input worth keeping. */
  readonly scripts: RegExp;
  /** Tries one input. Throws when something does not hold. */
  run(input: Buffer): void;
}
