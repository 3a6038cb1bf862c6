/** A text that shows a prefix, one character a byte, and its phase as an anchor has it. */
export type AnchorForm = readonly [text: string, phase: number];
