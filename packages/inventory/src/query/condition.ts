/** One value of a field; a pattern has `*` for any text. */
export interface QueryValue {
  readonly text: string;
  readonly isPattern: boolean;
}

/** One of the conditions of a query, which must all hold. */
export type Condition = { readonly isNegated: boolean } & (
  | { readonly type: "word"; readonly text: string }
  /** The letters in this order, with any others between them. */
  | { readonly type: "fuzzy"; readonly text: string }
  /** Any of the values. */
  | { readonly type: "field"; readonly field: string; readonly values: readonly QueryValue[] }
  | { readonly type: "span"; readonly field: string; readonly isOver: boolean; readonly spanMs: number }
);
