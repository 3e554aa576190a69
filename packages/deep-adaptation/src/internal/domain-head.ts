import { planNetwork } from '../network-design.js';
import type { NetworkFit } from './network-fit.js';
import type { TensorNetwork } from './tensor-network.js';

/** A small network from features to one logit, positive for the source. The fit disposes of it. */
export function domainHeadOf(fit: NetworkFit, units: number): TensorNetwork {
  const layers = planNetwork(
    [
      { type: 'dense', units },
      { type: 'dense', units: 1, activation: 'linear' },
    ],
    fit.nHidden,
    fit.who,
  );
  return fit.network(layers, fit.drawn(layers, 'domain head'));
}
