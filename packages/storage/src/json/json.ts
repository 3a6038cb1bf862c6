/** A value that JSON can hold without loss. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** An object of JSON values; a member that is `undefined` is left out. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}
