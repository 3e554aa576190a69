export { findColumn, rowPlace, tableToDomain } from './table.js';
export type {
  Column,
  NumericColumn,
  Table,
  TableDomain,
  TableDomainOptions,
  TextColumn,
} from './table.js';
export { parseTable, streamTable } from './parse-table.js';
export type { TableOptions, TableStreamOptions } from './parse-table.js';
export { formatRow, formatTable, tableOf } from './format-table.js';
export type { FormatOptions } from './format-table.js';
export { npyToMatrix, parseNpy } from './parse-npy.js';
export type { NpyArray, NpyOptions } from './parse-npy.js';
export { parseSvmlight } from './parse-svmlight.js';
export type { SvmlightData, SvmlightOptions } from './parse-svmlight.js';
export type { ByteSource } from './internal/bytes.js';
export { knownProblemTables } from './known-problem.js';
export type {
  KnownProblem,
  MadeDomain,
  MadeProblem,
  MadeSource,
  MadeTarget,
} from './known-problem.js';
export { digitsDemo } from './digits/digits-demo.js';
export type { DigitsDemo } from './digits/digits-demo.js';
export type { LabelledImages } from './digits/labelled-images.js';
export { opticalDigits } from './digits/optical-digits.js';
export { simulateDigits } from './digits/simulate-digits.js';
export type { SimulateDigitsOptions } from './digits/simulate-digits.js';
