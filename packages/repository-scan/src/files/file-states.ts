/** How many numbers there are for each file. */
export const stateNumbers = 5;

/**
 * Of each file, one after the other, what the system said of it before it was read: size in bytes, device, number, when its
 * content and when anything of it was changed, in milliseconds. {@link notClean} stands for all of them.
 */
export type FileStates = Float64Array;

/** Stands for a file that has something to report: a match, a part that was not opened, or a reason why it cannot be read. */
export const notClean = -1;
