import type {
  Adaptation,
  Diagnostics,
  DenseMatrix,
  DomainRef,
  FittedState,
  FittedStep,
  Matrix,
  MatrixInput,
  ProblemInput,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  prepareProblem,
  resolveDomain,
  stackRows,
  StateReader,
  step,
  toDense,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { checkFinite } from './check.js';

/** What becomes of each column: x → (x − offset) / scale. */
export interface ColumnScale {
  readonly offset: Float64Array;
  readonly scale: Float64Array;
  /** Numbers of the columns whose values are all equal; their scale is 1. */
  readonly constant: readonly number[];
}

interface ScalingMethod {
  readonly id: string;
  readonly name: string;
  readonly setting: Setting;
}

/** Measures every domain, or the sources on top of each other, and scales the whole problem. */
export async function fitScaling(
  method: ScalingMethod,
  statistics: 'per-domain' | 'source',
  measure: (x: DenseMatrix) => ColumnScale,
  input: ProblemInput,
  run?: RunOptions,
): Promise<Adaptation<FittedScaling>> {
  const problem = prepareProblem(method, input, run);
  const domains = [...problem.sources, problem.target];
  const widths = domains.map(({ x }) => x.columns);
  if (statistics === 'source') checkEqualWidths(method.name, widths);
  const warnings: Warning[] = [];
  const groups =
    statistics === 'source'
      ? [{ name: 'the sources', x: stackRows(problem.sources.map(({ x }) => x)) }]
      : domains;
  const scales: ColumnScale[] = [];
  for (const { name, x } of groups) {
    const scale = measure(toDense(x));
    checkFinite(scale.offset, method.name, 'a column');
    checkFinite(scale.scale, method.name, 'the spread of a column');
    scales.push(scale);
    if (scale.constant.length > 0) warnings.push(constantColumns(name, scale.constant));
    await step(run, method.name, {
      stage: 'measuring columns',
      done: scales.length,
      total: groups.length,
    });
  }
  if (domains.some(({ x }) => x.format === 'csr')) warnings.push(madeDense(method.name));
  const fitted = new FittedScaling(method, scales, domains.length, { warnings });
  return { problem: await transformProblem(problem, fitted, undefined, run), fitted };
}

/** A fitted scaling of columns: one offset and one scale per column, for each domain or for all. */
export class FittedScaling extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** One per source and then the target's; a single one where all domains share it. */
  readonly scales: readonly ColumnScale[];
  readonly #method: { readonly id: string; readonly name: string };
  readonly #nDomains: number;

  constructor(
    method: { readonly id: string; readonly name: string },
    scales: readonly ColumnScale[],
    /** Number of sources plus one. */
    nDomains: number,
    diagnostics: Diagnostics,
  ) {
    super();
    this.#method = { id: method.id, name: method.name };
    this.scales = scales;
    this.#nDomains = nDomains;
    this.diagnostics = diagnostics;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const position = index === 'target' ? this.#nDomains - 1 : index;
    const { offset, scale } = this.scales[this.scales.length === 1 ? 0 : position];
    const { rows, columns, data } = toDense(checkRows(this.#method.name, x, offset.length));
    const scaled = new Float64Array(data.length);
    for (let i = 0, p = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, p++) scaled[p] = (data[p] - offset[j]) / scale[j];
    }
    return denseMatrix(rows, columns, scaled);
  }

  override toState(): FittedState {
    return {
      id: this.#method.id,
      version: 1,
      values: { nScales: this.scales.length, nDomains: this.#nDomains },
      arrays: Object.fromEntries(
        this.scales.flatMap(({ offset, scale }, k) => [
          [`offset ${k}`, { shape: [offset.length], data: offset }],
          [`scale ${k}`, { shape: [scale.length], data: scale }],
        ]),
      ),
      parts: {},
    };
  }
}

/** Reads what {@link FittedScaling} wrote for `method`. */
export function restoreScaling(
  method: { readonly id: string; readonly name: string },
  state: FittedState,
): FittedScaling {
  const reader = new StateReader(state, method.id, 1);
  const nScales = reader.number('nScales', true);
  const scales = Array.from({ length: nScales }, (_, k) => {
    const offset = reader.array(`offset ${k}`, -1);
    return { offset, scale: reader.array(`scale ${k}`, offset.length), constant: [] };
  });
  return new FittedScaling(method, scales, reader.number('nDomains', true), { warnings: [] });
}

/** Smallest and largest value of each column. */
export function columnRanges({ rows, columns, data }: DenseMatrix): {
  readonly least: Float64Array;
  readonly most: Float64Array;
} {
  const least = data.slice(0, columns);
  const most = data.slice(0, columns);
  for (let i = 1, p = columns; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      if (data[p] < least[j]) least[j] = data[p];
      else if (data[p] > most[j]) most[j] = data[p];
    }
  }
  return { least, most };
}

/** Gives constant columns the scale 1 and their own value as offset, so that they become exactly 0. */
export function settleConstants(
  offset: Float64Array,
  scale: Float64Array,
  isConstant: (column: number) => boolean,
  value: (column: number) => number,
): ColumnScale {
  const constant: number[] = [];
  for (let j = 0; j < scale.length; j++) {
    if (!isConstant(j)) continue;
    constant.push(j);
    offset[j] = value(j);
    scale[j] = 1;
  }
  return { offset, scale, constant };
}

function checkEqualWidths(who: string, widths: readonly number[]): void {
  if (widths.every((width) => width === widths[0])) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `cannot apply the statistics of the source to other features: the domains have ${widths.join(', ')} columns. Use statistics: 'per-domain'.`,
    details: { argument: 'target.x', received: widths },
  });
}

function constantColumns(domain: string, columns: readonly number[]): Warning {
  const shown = columns.slice(0, 5).join(', ');
  return {
    code: 'CONSTANT_COLUMN',
    message: `${columns.length} column(s) of ${domain} have one value only (${shown}${columns.length > 5 ? ', …' : ''}); they become 0. Drop them, or scale with more rows.`,
  };
}

function madeDense(who: string): Warning {
  return {
    code: 'MADE_DENSE',
    message: `${who} moves zeros, so sparse rows were made dense. Use RowNormalizer where memory matters.`,
  };
}
