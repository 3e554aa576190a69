import { describeGoldenLinearAlgebra } from '../support/golden-linear-algebra.js';
import { describeLinearAlgebra } from '../support/linear-algebra-properties.js';
import { forEachVariant, later } from './engines.js';

forEachVariant((variant, engine) => {
  describeLinearAlgebra(`wasm-${variant}`, engine);
  describeGoldenLinearAlgebra(later(engine));
});
