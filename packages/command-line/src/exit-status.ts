/** 0 clean or done, 1 findings or something left to do, 2 could not tell: 2 beats 1 beats 0. */
export type ExitStatus = 0 | 1 | 2;
