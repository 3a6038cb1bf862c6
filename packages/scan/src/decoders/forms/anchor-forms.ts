import { builtInForms, builtInUnwrappedForms } from "./built-in-forms.ts";
import { base64, type DigitCode, hex } from "../digit-code.ts";
import { digitForms, unwrappedForms } from "./digit-forms.ts";
import { escapedForms } from "./escaped-forms.ts";
import { characterCodeForms } from "./character-code-forms.ts";
import { hexdumpForms } from "./hexdump-forms.ts";
import { joinedForms } from "./joined-forms.ts";
import { twiceForms, wideForms } from "./nested-forms.ts";
import { stringListForms } from "./string-list-forms.ts";
import type { AnchorForm } from "./anchor-form.ts";
import type { Anchor } from "../decoder.ts";

/** What a prefix looks like when it is not written as it is. */
export interface AnchorForms {
  readonly joined: readonly AnchorForm[];
  readonly escaped: readonly AnchorForm[];
  readonly base64: readonly AnchorForm[];
  readonly hex: readonly AnchorForm[];
  readonly twice: readonly AnchorForm[];
  readonly wide: readonly AnchorForm[];
  readonly listed: readonly AnchorForm[];
  readonly codes: readonly AnchorForm[];
  readonly dumped: readonly AnchorForm[];
}

/** Derives the forms of a prefix from the ways in which keys are written. */
export function deriveForms(prefix: string): AnchorForms {
  return {
    joined: joinedForms(prefix),
    escaped: escapedForms(prefix),
    base64: digitForms(base64, prefix),
    hex: digitForms(hex, prefix),
    twice: twiceForms(prefix),
    wide: wideForms(prefix),
    listed: stringListForms(prefix),
    codes: characterCodeForms(prefix),
    dumped: hexdumpForms(prefix),
  };
}

let known: Map<string, AnchorForms> | undefined;

/** Gives the forms of a prefix. Those of the built-in providers are there already: a commit need not wait for them. */
export function formsOf(prefix: string): AnchorForms {
  known ??= new Map(Object.entries(JSON.parse(builtInForms) as Record<string, AnchorForms>));
  const forms = known.get(prefix) ?? deriveForms(prefix);
  known.set(prefix, forms);
  return forms;
}

let knownUnwrapped: Map<string, readonly AnchorForm[]> | undefined;

/** Gives the digits of a text that leads to patterns; those of the catalogue are there already. */
export function unwrappedFormsOf(code: DigitCode, text: string): readonly AnchorForm[] {
  if (code !== base64) return unwrappedForms(code, text);
  knownUnwrapped ??= new Map(
    Object.entries(JSON.parse(builtInUnwrappedForms) as Record<string, readonly AnchorForm[]>),
  );
  return knownUnwrapped.get(text) ?? unwrappedForms(code, text);
}

/** Makes anchors that spell no prefix of these forms, each once. */
export function anchorsOf(forms: readonly (readonly AnchorForm[])[]): readonly Anchor[] {
  const anchors: Anchor[] = [];
  const seenByPhase: Set<string>[] = [];
  for (const some of forms) {
    for (const [text, phase] of some) {
      const seen = (seenByPhase[phase] ??= new Set());
      if (seen.has(text)) continue;
      seen.add(text);
      anchors.push({ text, prefix: null, phase });
    }
  }
  return anchors;
}
