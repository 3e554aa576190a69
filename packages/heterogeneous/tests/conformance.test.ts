import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as heterogeneous from '@graft-ml/heterogeneous';

for (const method of methodsOf(heterogeneous)) checkMethod(method, { describe, it });
