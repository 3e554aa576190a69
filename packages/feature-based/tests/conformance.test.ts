import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as featureBased from '@graft-ml/feature-based';

for (const method of methodsOf(featureBased)) checkMethod(method, { describe, it });
