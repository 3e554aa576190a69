import type {
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  RestoreContext,
  RunOptions,
  StateArray,
} from '@graft-ml/core';
import { checkRows, Fitted, resolveDomain, StateReader } from '@graft-ml/core';
import { centred } from './centred.js';
import { applyLowRank, fullMap, type LowRankMap } from './low-rank-alignment.js';

const id = 'feature-based/coral';

/** A itself, or in factors where there are fewer rows than features. */
export type CoralMap = DenseMatrix | LowRankMap;

/** A fitted CORAL: one linear map per source. */
export class FittedCoral extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly #nFeatures: number;
  readonly #maps: readonly CoralMap[];
  readonly #means: readonly Float64Array[] | undefined;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    nFeatures: number,
    maps: readonly CoralMap[],
    /** Means of the sources, then of the target. */
    means: readonly Float64Array[] | undefined,
    linearAlgebra: LinearAlgebra,
  ) {
    super();
    this.#nFeatures = nFeatures;
    this.#maps = maps;
    this.#means = means;
    this.#linearAlgebra = linearAlgebra;
  }

  /** One [nFeatures, nFeatures] matrix per source; rows are mapped as x·A. Multiplied out on every call where there are fewer rows than features. */
  get maps(): readonly DenseMatrix[] {
    return this.#maps.map((map) => ('between' in map ? fullMap(this.#linearAlgebra, map) : map));
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const rows = checkRows('Coral', x, this.#nFeatures);
    const mean = this.#means?.[index === 'target' ? this.#maps.length : index];
    const shifted = mean ? centred(rows, mean) : rows;
    if (index === 'target') return shifted;
    const map = this.#maps[index];
    return 'between' in map
      ? applyLowRank(this.#linearAlgebra, shifted, map)
      : this.#linearAlgebra.multiply(shifted, map);
  }

  override toState(): FittedState {
    const arrays: Record<string, StateArray> = {};
    const values: Record<string, number> = {
      nFeatures: this.#nFeatures,
      nSources: this.#maps.length,
    };
    const add = (name: string, { rows, columns, data }: DenseMatrix) =>
      (arrays[name] = { shape: [rows, columns], data });
    for (const [k, map] of this.#maps.entries()) {
      if ('between' in map) {
        add(`source ${k}`, map.source);
        add(`target ${k}`, map.target);
        add(`between ${k}`, map.between);
        for (const name of ['whiten', 'colour'] as const)
          arrays[`${name} ${k}`] = { shape: [map[name].length], data: map[name] };
        values[`root ${k}`] = map.root;
      } else add(`map ${k}`, map);
    }
    for (const [k, data] of (this.#means ?? []).entries())
      arrays[`mean ${k}`] = { shape: [data.length], data };
    return { id, version: 1, values, arrays, parts: {} };
  }

  /** Reads what {@link toState} wrote. */
  static read(state: FittedState, context: RestoreContext): FittedCoral {
    const reader = new StateReader(state, id, 1);
    const nFeatures = reader.number('nFeatures', true);
    const nSources = reader.number('nSources', true);
    const maps = Array.from({ length: nSources }, (_, k): CoralMap => {
      if (reader.has(`map ${k}`)) return reader.matrix(`map ${k}`, nFeatures, nFeatures);
      const source = reader.matrix(`source ${k}`, nFeatures);
      const target = reader.matrix(`target ${k}`, nFeatures);
      return {
        source,
        target,
        between: reader.matrix(`between ${k}`, source.columns, target.columns),
        whiten: reader.array(`whiten ${k}`, source.columns),
        colour: reader.array(`colour ${k}`, target.columns),
        root: reader.number(`root ${k}`),
      };
    });
    const means = reader.has('mean 0')
      ? Array.from({ length: nSources + 1 }, (_, k) => reader.array(`mean ${k}`, nFeatures))
      : undefined;
    return new FittedCoral(nFeatures, maps, means, context.linearAlgebra);
  }
}
