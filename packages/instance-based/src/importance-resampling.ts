import type {
  Adaptation,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions } from '@graft-ml/core';
import { FittedWeights } from './fitted-weights.js';
import { apportion, classBalance, membersOf, pick, resampleSources } from './internal/resample.js';

export interface ImportanceResamplingOptions {
  /** How many rows a source shall have afterwards, as a multiple of its rows. Above 0, default 1. More follow the weights closer. */
  readonly size?: number;
}

const schema: OptionSchema<ImportanceResamplingOptions> = {
  size: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'How many rows a source shall have afterwards, as a multiple of its rows.',
    effect: 'More follow the weights closer.',
  },
};

/** Turns the weights of source rows into numbers of copies, for learners that take no weights. Never loses a class.
 *
 * Setting   after a step that weighs rows · any number of sources · same features · classification
 * Makes     size·n rows; each class gets its share of the weight of them, at least one row if any of its rows has weight
 * draws     within a class systematically: row i comes ⌊n_c·w_i/W_c⌋ or one time more, n_c·w_i/W_c on average
 * Shapes    xs [nSource, nFeatures] with weights → [size·nSource, nFeatures] without, ordered by content; without weights and with size 1 the same rows
 * Assumes   a learner without weights follows; one with weights loses by it, because copies are whole
 * Paper     kitagawa1996 (systematic resampling).
 * Example   await pipeline([new KernelMeanMatching(), new ImportanceResampling(), new NearestNeighbours()]).fit(problem)
 */
export class ImportanceResampling implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/importance-resampling';
  static readonly summary =
    'Importance resampling: turns weights into copies, for learners without weights.';
  static readonly setting: Setting = { ...classBalance, corrects: 'nothing' };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: Required<ImportanceResamplingOptions>;

  constructor(options?: ImportanceResamplingOptions) {
    this.options = resolveOptions('ImportanceResampling', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(ImportanceResampling, input, run);
    const { size } = this.options;
    return resampleSources(ImportanceResampling, problem, run, (source, random) => {
      const weights = source.weights ?? new Float64Array(source.x.rows).fill(1);
      const members = membersOf(source).map((rows) => rows.filter((i) => weights[i] > 0));
      const masses = members.map((rows) => rows.reduce((sum, i) => sum + weights[i], 0));
      const total = Math.max(1, Math.round(size * source.x.rows));
      const rows = atLeastOne(apportion(masses, total), masses).flatMap((count, c) =>
        drawSystematically(members[c], weights, masses[c], count, random.uniform()),
      );
      return {
        ...pick(
          source,
          rows.sort((a, b) => a - b),
        ),
        weights: undefined,
      };
    });
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(ImportanceResampling, state);
  }
}

/** One row for every class with weight, taken from the largest ones where the numbers allow. */
function atLeastOne(counts: readonly number[], masses: readonly number[]): number[] {
  const fair = [...counts];
  masses.forEach((mass, c) => {
    if (mass === 0 || fair[c] > 0) return;
    const largest = fair.indexOf(Math.max(...fair));
    if (fair[largest] > 1) fair[largest]--;
    fair[c] = 1;
  });
  return fair;
}

/** `count` of `rows`, at equal steps along their weights from a random start in the first. */
function drawSystematically(
  rows: readonly number[],
  weights: Float64Array,
  mass: number,
  count: number,
  start: number,
): number[] {
  const drawn: number[] = [];
  let reached = 0;
  for (const row of rows) {
    reached += (weights[row] * count) / mass;
    while (drawn.length < count && drawn.length + start < reached) drawn.push(row);
  }
  while (drawn.length < count) drawn.push(rows[rows.length - 1]);
  return drawn;
}
