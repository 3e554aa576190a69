import type { FeatureKind } from '@graft-ml/core';
import type { KnownProblem } from '../known-problem.js';
import { opticalDigits } from './optical-digits.js';
import { simulateDigits, type SimulateDigitsOptions } from './simulate-digits.js';

/** The sim-to-real problem and the size of its images. */
export interface DigitsDemo extends KnownProblem {
  readonly imageShape: readonly [rows: number, columns: number];
}

/** Sim-to-real digits: learn from a simulator, read what people wrote.
 *
 * Source   {@link simulateDigits}: labels for free, 2000 images by default.
 * Target   {@link opticalDigits}: 1,797 real images; their labels are for evaluation alone.
 * Example  const { problem, evaluation } = digitsDemo({ seed: 1 });
 */
export function digitsDemo(options: SimulateDigitsOptions = {}): DigitsDemo {
  const simulated = simulateDigits(options);
  const real = opticalDigits();
  const featureNames = Array.from({ length: 64 }, (_, j) => `r${j >> 3}c${j & 7}`);
  const featureKinds = featureNames.map((): FeatureKind => 'count');
  return {
    problem: {
      source: { name: 'simulated digits', ...simulated, featureNames, featureKinds },
      target: { name: 'real digits', x: real.x, featureNames, featureKinds },
      task: 'classification',
    },
    evaluation: { y: real.y },
    imageShape: [8, 8],
  };
}
