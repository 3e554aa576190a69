const sqrtTwo = 1.4142135623730951;
const sqrtHalf = 0.7071067811865476;

/** Natural logarithm of a normal positive number, from additions, multiplications and divisions
 * only.
 *
 * Engines round `Math.log` differently in the last bit; these four operations are exact to the bit
 * everywhere, so numbers derived from this logarithm are the same in every runtime. With
 * x = m · 2^e, m in [√½, √2) and s = (m − 1)/(m + 1):
 *   log x = e · ln 2 + 2·(s + s³/3 + s⁵/5 + …)
 * where |s| < 0.1716, so the terms left out are below 2⁻⁶⁰ of the first.
 */
export function stableLog(x: number): number {
  let exponent = 0;
  let mantissa = x;
  while (mantissa >= sqrtTwo) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < sqrtHalf) {
    mantissa *= 2;
    exponent--;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let power = 23; power >= 3; power -= 2) series = square * (1 / power + series);
  const tail = 2 * s * series;
  // ln 2 in two parts: the first has 21 trailing zero bits, so its product with an exponent is
  // exact.
  const lnTwoHigh = 0.69314718036912381649;
  const lnTwoLow = 1.90821492927058770002e-10;
  return exponent * lnTwoHigh + (2 * s + (tail + exponent * lnTwoLow));
}
