// What the feature bench times: every exported method with its default options, and some of their other forms.
import { methodsOf } from '@graft-ml/core';
import * as feature from '@graft-ml/feature-based';

const classes = new Map(methodsOf(feature).map((method) => [method.id.split('/')[1], method]));

/** Other forms: name of the method, options. */
const forms = {
  'tca rbf': ['tca', { kernel: 'rbf' }],
  'jda rbf': ['jda', { kernel: 'rbf' }],
  'ot entropic': ['ot', { plan: 'entropic' }],
  'msda fast': ['msda', { nReconstructed: 500, nLayers: 1 }],
};

/** Methods for thousands of sparse features: whose cost goes with the rows or the entries there. */
const sparse = [
  'coral',
  'subspace-alignment',
  'gfk',
  'msda fast',
  'scl',
  'sfa',
  'fmmd',
  'easyadapt',
  'pred',
  'easytl',
];

/** Names of what is timed on a data set. */
export function methodNames(data) {
  if (data === 'large') return ['tca', 'jda', 'tca rbf', 'jda rbf'];
  return data === 'amazon' ? sparse : [...classes.keys(), ...Object.keys(forms)];
}

/** The work of one method on a problem: fit, with the rows transformed, or fit and predict. */
export function prepareMethod(name, { source, target, few }, linearAlgebra) {
  const [stem, options] = forms[name] ?? [name, {}];
  const Method = classes.get(stem);
  const labelled = Method.setting.targetLabels === 'required' ? { labelled: few } : {};
  const problem = { source, target: { ...target, ...labelled }, task: 'classification' };
  return async () => {
    const method = new Method(options, { linearAlgebra });
    const fitted = await method.fit(problem);
    if (method.produces === 'model') await fitted.predict(target.x);
  };
}
