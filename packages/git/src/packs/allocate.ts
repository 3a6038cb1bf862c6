/** Makes memory: for this thread alone, or such that other threads see it. */
export type Allocate = (sizeBytes: number) => ArrayBufferLike;

export const allocateOwn: Allocate = (sizeBytes) => new ArrayBuffer(sizeBytes);
export const allocateShared: Allocate = (sizeBytes) => new SharedArrayBuffer(sizeBytes);
