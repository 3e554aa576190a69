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
  MadeMultiProblem,
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
export { shimodairaRegression } from './generators/shimodaira-regression.js';
export type { ShimodairaRegressionOptions } from './generators/shimodaira-regression.js';
export { curvedBoundary } from './generators/curved-boundary.js';
export type { CurvedBoundaryOptions } from './generators/curved-boundary.js';
export { rotatedMoons } from './generators/rotated-moons.js';
export type { RotatedMoonsOptions } from './generators/rotated-moons.js';
export { shiftedBlobs } from './generators/shifted-blobs.js';
export type { ShiftedBlobsOptions } from './generators/shifted-blobs.js';
export { mixedGaussians } from './generators/mixed-gaussians.js';
export type { MixedGaussiansOptions } from './generators/mixed-gaussians.js';
export { classShifts } from './generators/class-shifts.js';
export type { ClassShiftsOptions } from './generators/class-shifts.js';
export { priorShift } from './generators/prior-shift.js';
export type { PriorShiftOptions } from './generators/prior-shift.js';
export { relatedSources } from './generators/related-sources.js';
export type { RelatedSourcesOptions, Relation } from './generators/related-sources.js';
export { latentViews } from './generators/latent-views.js';
export type { LatentViewsOptions } from './generators/latent-views.js';
export { permutedColumns } from './generators/permuted-columns.js';
export type { PermutedColumnsOptions } from './generators/permuted-columns.js';
export { negativeTransferDial } from './generators/negative-transfer-dial.js';
export type { NegativeTransferDialOptions } from './generators/negative-transfer-dial.js';
