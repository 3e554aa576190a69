import { checkMethod, methodsOf } from '@graft-ml/conformance';
import * as learners from '@graft-ml/learners';

for (const method of methodsOf(learners)) checkMethod(method, { describe, it });

describe.each(methodsOf(learners).map(({ id, summary }) => ({ id, summary })))(
  '$id',
  ({ summary }) => {
    it('begins its summary with a name', () => {
      expect(summary).toMatch(/^[^:]{2,30}: .{10,70}\.$/u);
    });
  },
);
