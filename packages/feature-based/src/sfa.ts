import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
  TransferError,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { coOccurrence, spectralAlignment } from './internal/bipartite-spectrum.js';
import { extendProblem } from './internal/extend-problem.js';
import { FittedExtension, restoreExtension } from './internal/fitted-extension.js';
import {
  bestFeatures,
  occurrenceInformation,
  occurrences,
  sharedFeatures,
} from './internal/occurrences.js';

export interface SfaOptions {
  /** Features taken as domain-independent, at most half of them. At least 1, default 500. */
  readonly nIndependent?: number;
  /** Rows of every domain in which an independent feature occurs at least. At least 1, default 5. */
  readonly minOccurrences?: number;
  /** Clusters of domain-specific features. At least 1, default 100. */
  readonly nComponents?: number;
  /** γ, the weight of the new features. In (0, ∞), default 0.6. Larger values trust them more. */
  readonly weight?: number;
}

const schema: OptionSchema<SfaOptions> = {
  nIndependent: {
    type: 'integer',
    atLeast: 1,
    default: 500,
    description: 'Features taken as domain-independent, at most half of them.',
  },
  minOccurrences: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Rows of every domain in which an independent feature occurs at least.',
  },
  nComponents: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'Clusters of domain-specific features.',
    effect: 'More keep finer differences.',
  },
  weight: {
    type: 'number',
    above: 0,
    default: 0.6,
    description: 'γ, the weight of the new features.',
    effect: 'Larger values trust the new features more.',
  },
};

/** Joins features of different domains that go with the same common features (spectral feature alignment, SFA).
 *
 * Setting   unsupervised · any number of sources · same features, words mostly · needs no labels
 * Splits    features into independent ones, whose occurrence tells least about the domain, and specific ones, all others
 * Solves    max_U tr(Uᵀ·L·U), UᵀU = I, L the normalised graph of specific (rows) and independent features (columns):
 *           the leading left singular vectors U of D₁^(−1/2)·M·D₂^(−1/2), M_ij = rows in which i and j both occur, D₁, D₂ its sums
 * Maps      x ↦ (x, γ·x_specific·U),   γ = `weight`
 * Shapes    x [n, nFeatures] → [n, nFeatures + nComponents]; sparse rows stay sparse
 * Assumes   common features that mean the same in all domains, and own features that go with them. A value above 0 is an occurrence.
 * Errors    INVALID_DATA where no feature is common to all domains, or none goes with a common one.
 * Paper     pan2010sfa
 * Example   const { problem } = await new SpectralFeatureAlignment().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class SpectralFeatureAlignment implements ProblemStrategy<FittedExtension> {
  static readonly id = 'feature-based/sfa';
  static readonly summary = 'SFA: joins features that go with the same common features.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<SfaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: SfaOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('SpectralFeatureAlignment', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedExtension>> {
    const method = SpectralFeatureAlignment;
    const problem = prepareProblem(method, input, run);
    const { nComponents, weight } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    const { features, x: xt } = problem.target;
    const independent = this.#independentFeatures(problem);
    const chosen = new Set(independent);
    const specific = Int32Array.from(features.names.keys()).filter((j) => !chosen.has(j));
    const x = stackRows([...problem.sources.map((source) => source.x), xt]);
    const together = coOccurrence(linearAlgebra, x, specific, independent);
    await step(run, method.name, { stage: 'counting co-occurrences', done: 1, total: 2 });
    const { vectors, singularValues } = spectralAlignment(linearAlgebra, together, nComponents);
    if (vectors.columns === 0) throw nothing('no feature occurs together with a common one');
    const combinations = denseMatrix(x.columns, vectors.columns);
    for (const [i, feature] of specific.entries()) {
      for (let k = 0; k < vectors.columns; k++) {
        combinations.data[feature * vectors.columns + k] =
          weight * vectors.data[i * vectors.columns + k];
      }
    }
    await step(run, method.name, { stage: 'finding clusters', done: 2, total: 2 });
    const fitted = new FittedExtension(method, combinations, linearAlgebra, {
      warnings: [],
      facts: {
        independent: Array.from(independent, (j) => features.names[j]),
        singularValues: Array.from(singularValues),
      },
    });
    const added = linearAlgebra.multiply(x, combinations);
    return { problem: await extendProblem(problem, fitted, [added], run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedExtension {
    return restoreExtension(SpectralFeatureAlignment, state, context);
  }

  #independentFeatures({ sources, target }: TransferProblem): Int32Array {
    const { nIndependent, minOccurrences } = this.options;
    const domains = [...sources.map(({ x }) => x), target.x];
    const counts = domains.map(occurrences);
    const shared = sharedFeatures(domains, counts, minOccurrences);
    const count = Math.min(nIndependent, target.x.columns >> 1);
    if (shared.length === 0 || count === 0)
      throw nothing(
        `no feature occurs in ${minOccurrences} rows of every domain and misses in some`,
      );
    const inSources = counts.slice(0, -1);
    const sizes = [sources.reduce((sum, { x }) => sum + x.rows, 0), target.x.rows];
    const told = (j: number) => {
      const own = inSources.reduce((sum, count) => sum + count[j], 0);
      return occurrenceInformation([own, counts[sources.length][j]], sizes, true);
    };
    return bestFeatures(shared, (j) => -told(j), count);
  }
}

function nothing(reason: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'SpectralFeatureAlignment',
    message: `cannot align features: ${reason}. Lower "minOccurrences", or use a method that needs no common features.`,
    details: { argument: 'x', reason },
  });
}
