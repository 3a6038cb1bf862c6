/** What a piece of text means to its reader; each program decides how it looks. */
export type Tone = "plain" | "dim" | "accent" | "good" | "warning" | "danger" | "production";
