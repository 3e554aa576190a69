export { readNpy, readSvmlight, readTable, streamTableFile } from './node/files.js';
export { writeAtomically, writeTable } from './node/write-atomically.js';
export type { WritePiece } from './node/write-atomically.js';
