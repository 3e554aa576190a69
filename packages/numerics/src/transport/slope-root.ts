/** How small beside the first slope a slope counts as zero. */
const enough = 1e-6;

/** Where in [0, 1] a falling function stops to fall: the zero of its slope, 1 when there is none, 0
 * when it does not fall.
 *
 * False position with the Illinois rule (dahlquist2008, 6.2.2): the first step is exact for a
 * quadratic function.
 */
export function slopeRoot(atZero: number, atOne: number, slope: (t: number) => number): number {
  if (!(atZero < 0)) return 0;
  if (!(atOne > 0)) return 1;
  let [low, lowSlope] = [0, atZero];
  let [high, highSlope] = [1, atOne];
  let side = 0;
  for (let k = 0; k < 60; k++) {
    const t = low - (lowSlope * (high - low)) / (highSlope - lowSlope);
    if (t <= low || t >= high) break;
    const value = slope(t);
    if (Math.abs(value) <= -enough * atZero) return t;
    // Halving the slope at an end that stays twice keeps the other end from creeping.
    if (value < 0) {
      [low, lowSlope] = [t, value];
      if (side < 0) highSlope /= 2;
      side = -1;
    } else {
      [high, highSlope] = [t, value];
      if (side > 0) lowSlope /= 2;
      side = 1;
    }
  }
  return low > 0 ? low : high;
}
