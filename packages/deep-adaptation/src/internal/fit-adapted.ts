import type { ProblemInput, RunOptions, Setting } from '@graft-ml/core';
import { prepareProblem, toDense, trainingRows } from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import { NetworkModel } from '../network-model.js';
import { NeuralNetwork } from '../neural-network.js';
import { type AdaptationOptions, trainingOptionsOf } from '../training-options.js';
import { confusionFacts } from './domain-scores.js';
import type { DeepDependencies } from '../dependencies.js';
import { NetworkFit, trainingDiagnostics } from './network-fit.js';

/** What a method adds to the loss on source labels. */
export interface AdaptationTerm {
  /** Weights of its own, a domain head's say. */
  readonly variables: readonly tensorflow.Variable[];
  /** Of features of both domains, already with its weight. */
  loss(
    features: { readonly source: tensorflow.Tensor2D; readonly target: tensorflow.Tensor2D },
    weight: number,
  ): {
    readonly loss: tensorflow.Scalar;
    /** For the history, without the weight. */
    readonly noted: tensorflow.Scalar;
  };
}

/** The statics of a method that are needed here. */
export interface AdaptationMethod {
  readonly name: string;
  readonly id: string;
  readonly setting: Setting;
}

/** λ·(2 / (1 + e^(−10·p)) − 1): from 0 to λ, so that the term waits until features mean something (ganin2016). */
export function rampedWeight(weight: number, progress: number): number {
  return weight * (2 / (1 + Math.exp(-10 * progress)) - 1);
}

/** Trains one network on the source's labels plus an adaptation term between features of both domains. */
export async function fitAdapted(
  method: AdaptationMethod,
  input: ProblemInput,
  setup: {
    readonly options: Required<AdaptationOptions>;
    readonly dependencies: DeepDependencies;
    readonly run: RunOptions | undefined;
    /** The name of the noted term in the history. */
    readonly noted: string;
    readonly term: (fit: NetworkFit) => AdaptationTerm;
  },
): Promise<NetworkModel> {
  const { options, dependencies, run, noted } = setup;
  const problem = prepareProblem(method, input, run);
  const rows = trainingRows(method.name, problem, method.setting.tasks);
  const target = toDense(problem.target.x);
  const who = method.name;
  const fit = await NetworkFit.start({ who, rows, target, options, dependencies, run });
  try {
    const term = setup.term(fit);
    const { features, head } = fit;
    const variables = [...features.variables, ...head.variables, ...term.variables];
    const trained = await fit.train('adaptation', [
      {
        groups: [{ variables, rate: 1 }],
        loss({ source, target, progress, note }) {
          const ours = features.apply(source.x, source.noise);
          const weight = rampedWeight(options.adaptationWeight, progress);
          const theirs = features.apply(target!.x, target!.noise);
          const adaptation = term.loss({ source: ours, target: theirs }, weight);
          const task = fit.taskLoss(ours, source);
          note('task loss', task);
          note(noted, adaptation.noted);
          return fit.tf.add(task, adaptation.loss);
        },
      },
    ]);
    const model = await fit.model(method, trainingDiagnostics(trained, []));
    if (!options.domainScores) return model;
    const before = await new NeuralNetwork(trainingOptionsOf(options), dependencies).fit(
      problem,
      run,
    );
    const x = toDense(rows.x);
    const facts = await confusionFacts(fit.random, [before, before, model, model], x, target);
    return new NetworkModel(method, model.parts, fit.linearAlgebra, {
      ...model.diagnostics,
      facts: { ...model.diagnostics.facts, ...facts },
    });
  } finally {
    fit.dispose();
  }
}
