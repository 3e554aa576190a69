import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as deepAdaptation from '@graft-ml/deep-adaptation';

for (const method of methodsOf(deepAdaptation)) checkMethod(method, { describe, it });
