import type { Outcome } from '../internal/outcome.js';
import type { PageData } from '../internal/page-data.js';

/** Plot options every chart shares. */
export const chartStyle = {
  background: 'transparent',
  fontFamily: 'inherit',
  fontSize: '12px',
  overflow: 'visible',
} as const;

/** Colours live in the style sheet, so that light, dark and print each have their own. */
export const outcomeColour: Readonly<Record<Outcome, string>> = {
  baseline: 'var(--ink)',
  helped: 'var(--helped)',
  hurt: 'var(--hurt)',
  unclear: 'var(--unclear)',
  same: 'var(--unclear)',
  unjudged: 'var(--unclear)',
  failed: 'var(--unclear)',
};

/** Targets share one colour; sources take turns through four. */
export function domainColours(data: PageData): string[] {
  let sources = 0;
  return data.domains.map(({ role }) =>
    role === 'target' ? 'var(--target)' : `var(--source-${(sources++ % 4) + 1})`,
  );
}

/** One colour per class: ten that stay apart in most kinds of colour blindness, then a turn around the wheel. */
export function classColours(count: number): string[] {
  return Array.from({ length: count }, (_, k) =>
    count <= 10 ? `var(--class-${k + 1})` : `hsl(${Math.round((360 * k) / count)} 65% 50%)`,
  );
}
