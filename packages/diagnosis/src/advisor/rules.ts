import type { Facts } from './facts.js';

/** One piece of advice and when it holds. */
export interface AdviceRule {
  readonly id: string;
  /** A fact must be one of the values listed; a fact that is not listed does not matter. */
  readonly when: { readonly [F in keyof Facts]?: readonly Facts[F][] };
  /** Facts that must be known, not only not contradicted. */
  readonly requires?: readonly (keyof Facts)[];
  /** Recipes in the order to try them, `coral:centring=both` say; `source-only` and `target-only` are no transfer at all. */
  readonly methods: readonly string[];
  /** How often this helps, from 0 to 1, when all facts are known. */
  readonly confidence: number;
  readonly cost: 'seconds' | 'minutes';
  readonly reason: string;
}

/** The advisor's rules, to be read, printed and replaced. After pan2010survey and the size-by-similarity square. */
export const defaultAdviceRules: readonly AdviceRule[] = [
  {
    id: 'no-bridge',
    when: { features: ['different'], pairs: ['none'], targetLabels: ['none'] },
    requires: ['features', 'pairs', 'targetLabels'],
    methods: ['source-only'],
    confidence: 0.9,
    cost: 'seconds',
    reason:
      'The features differ and neither pairs nor target labels tie them together: do not transfer. Collect pairs or a few labels.',
  },
  {
    id: 'paired-features',
    when: { features: ['different'], pairs: ['some'] },
    requires: ['features', 'pairs'],
    methods: ['cca-map', 'procrustes', 'kernel-cca'],
    confidence: 0.7,
    cost: 'seconds',
    reason: 'Rows known to correspond show how one feature space maps to the other.',
  },
  {
    id: 'labelled-features',
    when: { features: ['different'], pairs: ['none'], targetLabels: ['few', 'many'] },
    requires: ['features', 'targetLabels'],
    methods: ['manifold-alignment'],
    confidence: 0.4,
    cost: 'minutes',
    reason: 'Labels in both domains are the only bridge between different features.',
  },
  {
    id: 'many-target-labels',
    when: { targetLabels: ['many'] },
    requires: ['targetLabels'],
    methods: ['target-only'],
    confidence: 0.8,
    cost: 'seconds',
    reason:
      'With this many target labels a model of the target alone is hard to beat, and transfer starts to harm earlier.',
  },
  {
    id: 'conditional-classes',
    when: {
      conditional: ['differs'],
      features: ['same'],
      targetLabels: ['few', 'many'],
      task: ['classification'],
    },
    requires: ['conditional', 'targetLabels'],
    methods: ['regularized-transfer-classifier'],
    confidence: 0.7,
    cost: 'seconds',
    reason:
      'The same features mean other classes in the target: start from the source model and let target labels correct it. Aligning features cannot.',
  },
  {
    id: 'few-labels-numbers',
    when: { features: ['same'], targetLabels: ['few'], task: ['regression'] },
    requires: ['targetLabels', 'task'],
    methods: ['regularized-transfer-regression', 'linear-interpolation'],
    confidence: 0.6,
    cost: 'seconds',
    reason:
      'A few target values correct a source regression; both methods fall back where it is useless.',
  },
  {
    id: 'few-labels-classes',
    when: {
      features: ['same'],
      targetLabels: ['few'],
      task: ['classification'],
      conditional: ['unknown'],
    },
    requires: ['targetLabels', 'task'],
    methods: ['regularized-transfer-classifier'],
    confidence: 0.5,
    cost: 'seconds',
    reason: 'A few target labels steer a source model at little risk.',
  },
  {
    id: 'align-far-domains',
    when: {
      features: ['same'],
      targetLabels: ['none', 'few'],
      sourceLabels: ['some'],
      marginal: ['differs'],
      conditional: ['unknown'],
      overlap: ['hardly any'],
      task: ['classification'],
    },
    requires: ['marginal', 'overlap'],
    methods: ['jda', 'coral:centring=both', 'linear-monge:regularization=0.01'],
    confidence: 0.35,
    cost: 'seconds',
    reason:
      'The domains hardly overlap, so that weights would rest on a few rows. Aligning features loses more often than it gains here: let the guard decide.',
  },
  {
    id: 'align-near-domains',
    when: {
      features: ['same'],
      targetLabels: ['none', 'few'],
      marginal: ['differs'],
      conditional: ['unknown'],
      overlap: ['much'],
    },
    requires: ['marginal'],
    methods: ['bda:balance=0.9', 'linear-monge:regularization=0.01', 'coral:centring=both'],
    confidence: 0.4,
    cost: 'seconds',
    reason:
      'The features moved and the domains overlap: aligning them is cheap. In four of ten such cases it harms, so keep the guard on.',
  },
  {
    id: 'weigh-near-domains',
    when: {
      features: ['same'],
      targetLabels: ['none', 'few'],
      marginal: ['differs'],
      conditional: ['unknown'],
      overlap: ['much'],
    },
    requires: ['marginal'],
    methods: ['kernel-mean-matching', 'classifier-density-ratio'],
    confidence: 0.3,
    cost: 'seconds',
    reason:
      'Weighting source rows repairs a model too simple for the whole source; a flexible one gains little by it.',
  },
  {
    id: 'many-sources-labels',
    when: {
      sources: ['many'],
      features: ['same'],
      targetLabels: ['few'],
      task: ['classification'],
    },
    requires: ['sources', 'targetLabels', 'task'],
    methods: ['multi-source-tradaboost', 'task-tradaboost'],
    confidence: 0.45,
    cost: 'seconds',
    reason:
      'With several sources a few target labels can tell which of them helps: these methods listen to the nearest and leave the others.',
  },
  {
    id: 'many-sources',
    when: { sources: ['many'], features: ['same'], targetLabels: ['none'], marginal: ['differs'] },
    requires: ['sources', 'marginal'],
    methods: ['linear-monge:regularization=0.01', 'coral:centring=both'],
    confidence: 0.42,
    cost: 'seconds',
    reason:
      'Several sources without target labels are pooled once each is brought to the target. Run the nearest source alone, too.',
  },
  {
    id: 'class-shares',
    when: {
      prior: ['differs'],
      features: ['same'],
      sourceLabels: ['some'],
      conditional: ['unknown'],
      overlap: ['much'],
      task: ['classification'],
    },
    requires: ['prior', 'task'],
    methods: ['posterior-correction', 'em-prior-shift', 'black-box-shift'],
    confidence: 0.42,
    cost: 'seconds',
    reason:
      'Classes come in other shares: weigh them by the shares of the target. Right where shares are all that changed, which no test without target labels can show.',
  },
  {
    id: 'nothing-seen',
    when: { features: ['same'], marginal: ['not seen'], conditional: ['unknown'] },
    requires: ['marginal'],
    methods: ['source-only'],
    confidence: 0.6,
    cost: 'seconds',
    reason: 'No shift was seen that adaptation could repair: use the source model as it is.',
  },
  {
    id: 'no-labels-at-all',
    when: { sourceLabels: ['none'], targetLabels: ['none'] },
    requires: ['sourceLabels', 'targetLabels'],
    methods: ['tca'],
    confidence: 0.2,
    cost: 'seconds',
    reason: 'Without any labels only a common representation can be learned.',
  },
];
