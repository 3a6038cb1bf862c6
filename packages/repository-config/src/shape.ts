/** How a part of keywarden.json is written: the reader, its complaints and the published JSON Schema are made from it. */
export type Shape =
  | {
      readonly kind: "object";
      readonly properties: Readonly<Record<string, Property>>;
      /** Of these at least one is needed. */
      readonly oneOrMoreOf?: readonly string[];
    }
  | { readonly kind: "list"; readonly of: Shape; readonly least?: number; readonly most: number }
  | {
      readonly kind: "text";
      readonly pattern: RegExp;
      /** What it must be, for people. */
      readonly what: string;
      /** Says more exactly what is wrong with a text; `null` when nothing is. */
      readonly problemOf?: (text: string) => string | null;
    }
  | { readonly kind: "choice"; readonly names: readonly string[] }
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "flag" }
  | { readonly kind: "nothing" }
  /** The first is meant for plain values, the second for objects. */
  | { readonly kind: "either"; readonly plain: Shape; readonly object: Shape };

export interface Property {
  readonly shape: Shape;
  readonly summary?: string;
  readonly isRequired?: boolean;
  /** What holds when it is left out. */
  readonly default?: unknown;
}
