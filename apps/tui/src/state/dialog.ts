import {
  describeExposures,
  describeOwner,
  describeUse,
  isDisabledRow,
  type KeyRow,
} from "@keywarden/inventory";
import type { RotationPlan } from "@keywarden/rotation";
import { makeTextField, type TextField } from "../input/text-field.ts";
import { exposuresOf } from "./exposures-of.ts";
import type { RestrictForm, RestrictPlan } from "./restrict/restrict-form.ts";
import type { SourceReadings } from "./source.ts";

/** The key that a dialog is about, frozen when it opened: a refresh that moves rows cannot change what is confirmed. */
export interface Target {
  readonly id: string;
  readonly generation: number;
  /** Counts what was changed of the key beside its secret. */
  readonly revision: number;
  readonly isDisabled: boolean;
  readonly name: string;
  readonly provider: string;
  readonly environment: string;
  readonly redacted: string;
  /** When it was last used, in words. */
  readonly use: string;
  /** Who answers for it, in words. */
  readonly owner: string;
  /** How often it is called, in words; null while that is being asked. */
  readonly calls: string | null;
  /** Where others can read it, in words. */
  readonly exposure: ReturnType<typeof describeExposures>;
}

interface Known {
  readonly nowMs: number;
  readonly readings: SourceReadings;
}

/** Freezes a key for a dialog. */
export function makeTarget(row: KeyRow, { nowMs, readings }: Known): Target {
  const { id, generation, name, provider, environment, redacted } = row;
  const { found, isKnown } = exposuresOf(id, readings);
  return {
    id,
    generation,
    revision: row.told.revision,
    isDisabled: isDisabledRow(row),
    name,
    provider,
    environment,
    redacted,
    use: describeUse(row, nowMs),
    owner: describeOwner(row),
    calls: null,
    exposure: describeExposures(id, isKnown ? found : null),
  };
}

/** One of several keys with what will become of it. */
export interface PlannedKey {
  readonly target: Target;
  readonly plan: RotationPlan;
}

/** One of several keys that nothing will become of, and why. */
export interface RefusedKey {
  readonly target: Target;
  readonly problem: string;
}

export type Dialog = {
  readonly openedAtMs: number;
  /** Lines that are scrolled past. */
  readonly top?: number;
} & (
  | { readonly kind: "unlock" }
  | { readonly kind: "token"; readonly field: TextField; readonly problem: string }
  /** Asks for the passphrase that opens the logins of this machine, to go to another server. */
  | {
      readonly kind: "passphrase";
      readonly wanted: string;
      readonly field: TextField;
      readonly problem: string;
    }
  | { readonly kind: "revoke"; readonly target: Target; readonly field: TextField; readonly problem: string }
  | {
      readonly kind: "switch";
      readonly act: "disable" | "enable";
      readonly target: Target;
      readonly field: TextField;
      readonly problem: string;
    }
  | ({ readonly kind: "restrict"; readonly target: Target } & RestrictForm)
  | {
      readonly kind: "restrict-plan";
      readonly target: Target;
      readonly plan: RestrictPlan;
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "revoke-all";
      readonly targets: readonly Target[];
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "destination";
      readonly target: Target;
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "destination-all";
      readonly targets: readonly Target[];
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "rotate-all";
      readonly planned: readonly PlannedKey[];
      readonly refused: readonly RefusedKey[];
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "rotate";
      readonly target: Target;
      readonly plan: RotationPlan;
      readonly field: TextField;
      readonly problem: string;
    }
  | {
      readonly kind: "busy";
      /** Whether a change of several keys can be ended after the one that is being changed, or will be. */
      readonly stop?: "offered" | "asked";
      readonly title: string;
      readonly target: Target | null;
      readonly steps: readonly string[];
      /** Whether a journal of this machine knows how to go on. */
      readonly hasJournal: boolean;
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

/** The text that must be typed to confirm a change of several keys. */
export function challengeOfAll(verb: "revoke" | "rotate", { length }: readonly unknown[]): string {
  return `${verb} ${length} ${length === 1 ? "key" : "keys"}`;
}

/** Makes the dialog that asks for the last confirmation of a rotation. */
export function makeRotateDialog(target: Target, plan: RotationPlan, openedAtMs: number): Dialog {
  return { kind: "rotate", openedAtMs, target, plan, field: makeTextField(), problem: "" };
}
