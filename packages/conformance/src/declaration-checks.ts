import { describeOption, isTransferError, type OptionSpec } from '@graft-ml/core';
import { type Check, expectThat, type Method } from './check.js';

/** What a class says about itself before anything is fitted. */
export const declarationChecks: readonly Check[] = [
  {
    name: 'declared',
    promise: 'the class says who it is, where it applies and what it needs',
    async run(method) {
      expectThat(
        /^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(method.id),
        `id "${method.id}" is not <family>/<name>`,
      );
      expectThat(method.summary.length > 10, 'the summary says nothing');
      expectThat(method.setting.tasks.length > 0, 'the setting names no task');
      for (const [name, needed] of Object.entries(method.needs)) {
        expectThat(typeof needed.id === 'string', `needs.${name} is not a token`);
      }
    },
  },
  {
    name: 'default-options',
    promise: 'it can be made with no arguments and then has the declared defaults',
    async run(method) {
      const options = optionsOf(method);
      for (const [name, spec] of Object.entries(method.schema)) {
        expectThat(
          options[name] === (spec as OptionSpec).default,
          `option "${name}" is not its default`,
        );
      }
    },
  },
  {
    name: 'options-declared',
    promise: 'values outside the declared range and unknown names are refused with INVALID_OPTION',
    async run(method) {
      for (const [name, spec] of Object.entries(method.schema)) {
        for (const bad of invalidValues(spec as OptionSpec)) expectRefused(method, { [name]: bad });
        expectThat(
          describeOption(spec as OptionSpec).length > 0,
          `option "${name}" cannot be described`,
        );
        expectThat(
          (spec as OptionSpec).description.length > 10,
          `option "${name}" has no description`,
        );
      }
      expectRefused(method, { noSuchOption: 1 });
    },
  },
  {
    name: 'options-frozen',
    promise: 'options cannot be changed after construction',
    async run(method) {
      expectThat(Object.isFrozen(new method().options), 'options are not frozen');
    },
  },
];

function optionsOf(method: Method): Readonly<Record<string, unknown>> {
  return new method().options as Readonly<Record<string, unknown>>;
}

function expectRefused(method: Method, options: Record<string, unknown>): void {
  try {
    new method(options);
  } catch (error) {
    expectThat(
      isTransferError(error, 'INVALID_OPTION'),
      `options ${JSON.stringify(options)} raised ${String(error)}`,
    );
    return;
  }
  expectThat(false, `options ${JSON.stringify(options)} were accepted`);
}

function invalidValues(spec: OptionSpec): unknown[] {
  if (spec.type === 'boolean') return ['yes', 1, null];
  if (spec.type === 'choice') return ['no-such-choice', 1, null];
  const bad: unknown[] = [Number.NaN, Infinity, 'no-such-word', null, [1]];
  if (spec.type === 'integer') bad.push((spec.atLeast ?? 0) + 0.5);
  if (spec.above !== undefined) bad.push(spec.above);
  if (spec.below !== undefined) bad.push(spec.below);
  if (spec.atLeast !== undefined) bad.push(spec.atLeast - 1);
  if (spec.atMost !== undefined) bad.push(spec.atMost + 1);
  return bad;
}
