/** Goes to the alternate screen of a terminal, on which nothing that was there is lost. */
export const enterScreen = "\u001B[?1049h";
/** Comes back from it, and shows the cursor. */
export const leaveScreen = "\u001B[?1049l\u001B[?25h";
export const homeAndClear = "\u001B[H\u001B[J";
