import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as instanceBased from '@graft-ml/instance-based';

for (const method of methodsOf(instanceBased)) checkMethod(method, { describe, it });
