import { InvalidArgumentError } from 'commander';

/** A whole number from 0, as an option's value. */
export function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') {
    throw new InvalidArgumentError('It must be a whole number from 0.');
  }
  return value;
}

/** Seconds from `90`, `90s`, `2m` or `1h`, as an option's value. */
export function duration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (!(seconds > 0)) throw new InvalidArgumentError('It must be a time such as 90s, 2m or 1h.');
  return seconds;
}

/** A number strictly between 0 and 1, as an option's value. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}

/** Collects the values of an option that may be repeated. */
export function gather(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** The command as it was typed, for whoever wants to repeat it. */
export function typedCommand(name: string): string {
  const args = process.argv.slice(process.argv.indexOf(name) + 1);
  return ['graft', name, ...args]
    .map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
