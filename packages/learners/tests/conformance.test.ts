import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as learners from '@graft-ml/learners';

for (const method of methodsOf(learners)) checkMethod(method, { describe, it });
