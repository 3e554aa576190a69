import type {
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  JsonObject,
  Matrix,
  MatrixInput,
  RunOptions,
  StateArray,
} from '@graft-ml/core';
import { checkRows, Fitted, StateReader } from '@graft-ml/core';
import { readDiagnostics } from './internal/diagnostics.js';

/** What a fitted weighting remembers of the rows it weighed. */
export interface WeightSummary {
  readonly nFeatures: number;
  /** Kish's (Σw)² / Σw², one per source: how many rows of equal weight would tell as much. */
  readonly effectiveSampleSizes: readonly number[];
  readonly diagnostics: Diagnostics;
}

/** A fitted strategy that weighs rows, or chooses among them: rows themselves pass unchanged. */
export class FittedWeights extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  readonly nFeatures: number;
  /** Kish's (Σw)² / Σw², one per source: how many rows of equal weight would tell as much. Paper: kish1965. */
  readonly effectiveSampleSizes: readonly number[];
  protected readonly who: string;
  readonly #id: string;

  /** `method` is the class that fitted it: its id stands in the state, its name in errors. */
  constructor(method: { readonly id: string; readonly name: string }, summary: WeightSummary) {
    super();
    this.#id = method.id;
    this.who = method.name;
    this.nFeatures = summary.nFeatures;
    this.effectiveSampleSizes = summary.effectiveSampleSizes;
    this.diagnostics = summary.diagnostics;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    return checkRows(this.who, x, this.nFeatures);
  }

  override toState(): FittedState {
    return {
      id: this.#id,
      version: 1,
      values: {
        nFeatures: this.nFeatures,
        diagnostics: { ...this.diagnostics },
        ...this.extraValues(),
      },
      arrays: {
        effectiveSampleSizes: {
          shape: [this.effectiveSampleSizes.length],
          data: Float64Array.from(this.effectiveSampleSizes),
        },
        ...this.extraArrays(),
      },
      parts: this.extraParts(),
    };
  }

  /** What a subclass adds to the state. */
  protected extraValues(): JsonObject {
    return {};
  }

  protected extraArrays(): Readonly<Record<string, StateArray>> {
    return {};
  }

  protected extraParts(): Readonly<Record<string, FittedState>> {
    return {};
  }

  /** Reads a state without extras back. */
  static read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
  ): FittedWeights {
    return new FittedWeights(method, readSummary(new StateReader(state, method.id, 1)));
  }
}

/** The part of a state that every fitted weighting has. */
export function readSummary(reader: StateReader): WeightSummary {
  return {
    nFeatures: reader.number('nFeatures', true),
    effectiveSampleSizes: Array.from(reader.array('effectiveSampleSizes', -1)),
    diagnostics: readDiagnostics(reader.value('diagnostics')),
  };
}
