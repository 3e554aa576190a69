import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as parameterBased from '@graft-ml/parameter-based';

for (const method of methodsOf(parameterBased)) checkMethod(method, { describe, it });
