/** Something that policy asks for, of one key. */
export type PolicyAct =
  | {
      readonly act: "warn-of-rotation";
      /** From when on the current secret is too old; past when it is. */
      readonly deadlineMs: number;
    }
  | { readonly act: "warn-of-disabling"; readonly deadlineMs: number; readonly unusedSinceMs: number }
  | { readonly act: "ask-for-owner"; readonly member: string }
  | { readonly act: "disable"; readonly unusedSinceMs: number }
  | { readonly act: "rotate"; readonly sealTo: string };

/** What was told of a key before, by the audit. */
export interface Told {
  readonly act: string;
  readonly atMs: number;
  readonly generation: number;
  readonly deadlineMs: number | null;
  readonly member: string | null;
}
