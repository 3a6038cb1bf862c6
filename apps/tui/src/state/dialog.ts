import type { Secret } from "@keywarden/key-format";
import { makeTextField, type TextField } from "../keys/text-field.ts";

/** The key that a dialog is about, frozen when it opened: a refresh that moves rows cannot change what is confirmed. */
export interface Target {
  readonly id: string;
  readonly generation: number;
  readonly name: string;
  readonly provider: string;
  readonly environment: string;
  readonly redacted: string;
}

/** Where a new key goes. It is never shown. */
export type Destination = { readonly kind: "file"; readonly path: string } | { readonly kind: "discard" };

export type Dialog = { readonly openedAtMs: number } & (
  | { readonly kind: "unlock" }
  | { readonly kind: "revoke"; readonly target: Target; readonly field: TextField; readonly problem: string }
  | {
      readonly kind: "destination";
      readonly target: Target;
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "rotate";
      readonly target: Target;
      readonly destination: Destination;
      readonly field: TextField;
      readonly problem: string;
    }
  | { readonly kind: "busy"; readonly title: string; readonly target: Target }
  | {
      readonly kind: "unsaved";
      readonly target: Target;
      readonly secret: Secret;
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "outcome";
      readonly isGood: boolean;
      readonly title: string;
      readonly lines: readonly string[];
    }
);

/** Keys that arrive sooner after a dialog opened were meant for what was there before. */
export const deadTimeMs = 300;

const easilyTyped = /^[\u0021-\u007E](?:[\u0020-\u007E]{0,58}[\u0021-\u007E])?$/;

/** The text that must be typed to confirm: the key's name, or its id where the name is hard to type. */
export function challengeOf(target: Target): string {
  return easilyTyped.test(target.name) ? target.name : target.id;
}

/** Makes the dialog that asks for the last confirmation of a rotation. */
export function makeRotateDialog(target: Target, destination: Destination, openedAtMs: number): Dialog {
  return { kind: "rotate", openedAtMs, target, destination, field: makeTextField(), problem: "" };
}
