import type { NetworkFit } from './network-fit.js';
import type { ParameterGroup } from './optimizer.js';
import type { Objective } from './train.js';

/** The loss on labelled rows, with everything trained alike unless groups say otherwise. */
export function sourceObjective(fit: NetworkFit, groups?: readonly ParameterGroup[]): Objective {
  const all = { variables: [...fit.features.variables, ...fit.head.variables], rate: 1 };
  return {
    groups: groups ?? [all],
    loss({ source, note }) {
      const loss = fit.taskLoss(fit.features.apply(source.x, source.noise), source);
      note('loss', loss);
      return loss;
    },
  };
}
