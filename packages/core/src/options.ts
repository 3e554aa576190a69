import { TransferError } from './errors.js';

interface OptionBase<T> {
  readonly default: T;
  /** What it means, with unit or range, in a sentence. */
  readonly description: string;
  /** What a larger or other value does, in a sentence that ends the error message. */
  readonly effect?: string;
}

interface Bounds {
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly atMost?: number;
}

export type OptionSpec<T = unknown> =
  | (OptionBase<T> &
      Bounds & {
        readonly type: 'number' | 'integer';
        /** Words accepted beside numbers, `'median'` say. */ readonly words?: readonly string[];
      })
  | (OptionBase<T> & { readonly type: 'boolean' })
  | (OptionBase<T> & { readonly type: 'choice'; readonly values: readonly string[] });

/** The options of a class as data: read by its constructor, its page, the command line and the conformance checks. */
export type OptionSchema<O> = { readonly [K in keyof O]-?: OptionSpec<NonNullable<O[K]>> };

/** Checks `given` against the schema and fills in defaults. The result is frozen.
 *
 * Errors: `INVALID_OPTION` for an unknown name or a value outside its range.
 */
export function resolveOptions<O extends object>(
  who: string,
  schema: OptionSchema<O>,
  given: O | undefined,
): Readonly<Required<O>> {
  const specs = schema as Readonly<Record<string, OptionSpec>>;
  for (const name of Object.keys(given ?? {})) {
    if (specs[name]) continue;
    const known = Object.keys(specs);
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `there is no option "${name}". ${known.length ? `Known: ${known.join(', ')}.` : 'It takes none.'}`,
      details: { option: name, known },
    });
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = (given as Record<string, unknown> | undefined)?.[name];
    resolved[name] = value === undefined ? spec.default : value;
    if (value !== undefined && !accepts(spec, value)) throw invalidOption(who, name, spec, value);
  }
  return Object.freeze(resolved) as Readonly<Required<O>>;
}

/** Tells whether `value` satisfies `spec`. */
export function accepts(spec: OptionSpec, value: unknown): boolean {
  if (spec.type === 'boolean') return typeof value === 'boolean';
  if (spec.type === 'choice') return typeof value === 'string' && spec.values.includes(value);
  if (typeof value === 'string') return spec.words?.includes(value) ?? false;
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (spec.type === 'integer' && !Number.isInteger(value)) return false;
  const { above = -Infinity, atLeast = -Infinity, below = Infinity, atMost = Infinity } = spec;
  const insideOpen =
    (above === -Infinity || value > above) && (below === Infinity || value < below);
  return insideOpen && value >= atLeast && value <= atMost && Number.isFinite(value);
}

/** The accepted values in words: `a number in (0, ∞)`, `one of "a", "b"`. */
export function describeOption(spec: OptionSpec): string {
  if (spec.type === 'boolean') return 'true or false';
  if (spec.type === 'choice')
    return `one of ${spec.values.map((value) => `"${value}"`).join(', ')}`;
  const from =
    spec.above !== undefined
      ? `(${spec.above}`
      : spec.atLeast !== undefined
        ? `[${spec.atLeast}`
        : '(−∞';
  const to =
    spec.below !== undefined
      ? `${spec.below})`
      : spec.atMost !== undefined
        ? `${spec.atMost}]`
        : '∞)';
  const words = (spec.words ?? []).map((word) => ` or "${word}"`).join('');
  return `${spec.type === 'integer' ? 'an integer' : 'a number'} in ${from}, ${to}${words}`;
}

function invalidOption(
  who: string,
  name: string,
  spec: OptionSpec,
  received: unknown,
): TransferError {
  const shown =
    typeof received === 'number'
      ? String(received)
      : (JSON.stringify(received) ?? String(received));
  return new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"${name}" must be ${describeOption(spec)}; received ${shown}.${spec.effect ? ` ${spec.effect}` : ''}`,
    details: { option: name, constraint: describeOption(spec), received },
  });
}
