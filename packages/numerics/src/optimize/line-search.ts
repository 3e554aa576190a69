/** Value and slope of the objective at a step length. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

// Wolfe's conditions with the usual constants for quasi-Newton steps (nocedal2006, 3.1).
const decrease = 1e-4;
const curvature = 0.9;
// How much of |f| rounding may hide: a value counts as no increase up to here.
const noise = 1e-10;

/** Finds a step that meets the Wolfe conditions, or gives undefined after `limit` evaluations.
 *
 * f(s) ≤ f(0) + c₁·s·f′(0) and f′(s) ≥ c₂·f′(0); close to a minimum, where the differences of f are
 * rounding errors, the first is replaced by its equivalent in slopes, f′(s) ≤ (2·c₁ − 1)·f′(0)
 * (hager2005, "approximate Wolfe"). The minimum is bracketed by signs of slopes and narrowed by
 * secant steps and bisection. Values that are not finite shorten the step.
 */
export function wolfeLineSearch(
  evaluate: (step: number) => LinePoint,
  start: LinePoint,
  firstStep: number,
  limit = 60,
): LinePoint | undefined {
  const ceiling = start.value + noise * Math.abs(start.value);
  const accepts = ({ step, value, slope }: LinePoint): boolean =>
    slope >= curvature * start.slope &&
    (value <= start.value + decrease * step * start.slope ||
      (value <= ceiling && slope <= (2 * decrease - 1) * start.slope));

  let low = start; // goes down here and is not above the ceiling
  let high: LinePoint | undefined; // goes up, or is too high
  let step = firstStep;
  let width = Infinity;
  for (let i = 0; i < limit; i++) {
    const point = evaluate(step);
    const finite = Number.isFinite(point.value) && Number.isFinite(point.slope);
    if (finite && accepts(point)) return point;
    if (finite && point.slope < 0 && point.value <= ceiling) low = point;
    else high = finite ? point : { step, value: Infinity, slope: Number.NaN };
    if (!high) {
      step *= 4;
      continue;
    }
    const middle = (low.step + high.step) / 2;
    const next = (low.step * high.slope - high.step * low.slope) / (high.slope - low.slope);
    const previous = width;
    width = high.step - low.step;
    if (!(middle > low.step && middle < high.step)) return undefined;
    const useSecant = high.slope >= 0 && width < 0.66 * previous;
    if (useSecant && next > low.step && next < high.step) step = next;
    else step = high.value === Infinity ? low.step + width / 10 : middle;
  }
  return undefined;
}
