import type {
  Adaptation,
  FittedState,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
  Warning,
} from '@graft-ml/core';
import { prepareProblem, resolveOptions } from '@graft-ml/core';
import { FittedWeights } from './fitted-weights.js';
import { targetAsSource } from './internal/pool-target.js';

const schema: OptionSchema<object> = {};

/** Forgets the sources: what follows learns from the labelled target rows alone.
 *
 * Setting   inductive: labelled target rows · any number of sources, any features, all dropped
 * Shapes    target.labelled.x [n, nFeatures], y [n] → the only source, with the target's features and labels
 * Use       the baseline that transfer has to beat; where it does not, the transfer is negative
 * Warns     CLASS_MISSING where a class of the sources has no labelled target row: it can never be predicted
 * Paper     daume2007 (baseline TGTONLY).
 * Example   const { problem } = await new TargetOnly().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class TargetOnly implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/target-only';
  static readonly summary = 'Target only: learns from the labelled target rows alone.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'any',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'problem';
  readonly options: object;

  constructor(options?: object) {
    this.options = resolveOptions('TargetOnly', schema, options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(TargetOnly, input, run);
    const { target } = problem;
    const only = targetAsSource(problem, target.labelled!);
    const summary = {
      nFeatures: target.x.columns,
      effectiveSampleSizes: [only.x.rows],
      diagnostics: {
        warnings: missingClasses(problem, only.y),
        facts: { targetRows: only.x.rows },
      },
    };
    return {
      problem: { type: 'transfer-problem', sources: [only], target },
      fitted: new FittedWeights(TargetOnly, summary),
    };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(TargetOnly, state);
  }
}

function missingClasses({ target: { task } }: TransferProblem, y: Float64Array): Warning[] {
  if (task.kind === 'regression') return [];
  const missing = task.classes.filter((_, c) => !y.includes(c));
  if (missing.length === 0) return [];
  return [
    {
      code: 'CLASS_MISSING',
      message: `no labelled target row is of class ${missing.map((label) => JSON.stringify(label)).join(', ')}, so a model of them never predicts it. Label rows of every class.`,
    },
  ];
}
