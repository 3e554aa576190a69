import type { Learner } from './strategy.js';
import { token, type Token } from './token.js';

/** Where strategies that label the target on their way ask for the learner that does it. */
export const LearnerToken: Token<Learner> = /* @__PURE__ */ token<Learner>('learner');
