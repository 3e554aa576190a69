import fc from 'fast-check';
import { isTransferError } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { philox } from '../src/internal/philox.js';
import { stableLog } from '../src/internal/stable-log.js';

describe('philox', () => {
  // Known answers for philox4x32-10 published with salmon2011: counter, key, result.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published answer for counter %j', (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox(Uint32Array.from(counter), Uint32Array.from(key), out);
    expect(Array.from(out)).toEqual(expected);
  });
});

describe('stableLog', () => {
  it('agrees with Math.log to 2 units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        const expected = Math.log(x);
        expect(Math.abs(stableLog(x) - expected)).toBeLessThanOrEqual(
          2 * 2 ** -52 * Math.abs(expected),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('randomSource', () => {
  it('gives these very bits for seed 42', () => {
    const random = randomSource(42);
    expect([random.uniform(), random.uniform()]).toEqual([0.6129598801477738, 0.07323173687503892]);
    expect([random.normal(), random.normal(), random.normal()]).toEqual([
      0.3126864277095914, 0.008915515966087178, 1.176955046111913,
    ]);
    expect(Array.from(random.permutation(6))).toEqual([5, 1, 0, 2, 4, 3]);
    expect(random.stream('split').uniform()).toBe(0.10282779612638804);
  });

  it('repeats itself for the same seed and differs for others', () => {
    const draw = (seed: number): number[] => {
      const random = randomSource(seed);
      return Array.from({ length: 20 }, () => random.uniform());
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(draw(3)).not.toEqual(draw(3 + 2 ** 32));
  });

  it('has uniform numbers with the moments and the spread of the uniform distribution', () => {
    const random = randomSource(1);
    const n = 50_000;
    const bins = new Float64Array(20);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      bins[Math.floor(u * 20)]++;
      sum += u;
      squares += u * u;
    }
    expect(bins.reduce((total, count) => total + count)).toBe(n); // nothing outside [0, 1)
    // Five standard errors: 1/√12 and √(4/45) over √n.
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    const chiSquare = bins.reduce((total, count) => total + (count - n / 20) ** 2 / (n / 20), 0);
    expect(chiSquare).toBeLessThan(43.8); // 99.9 % point for 19 degrees of freedom
  });

  it('has normal numbers with moments 0, 1, 0, 3 and the right tail', () => {
    const random = randomSource(2);
    const n = 50_000;
    const moments = [0, 0, 0, 0];
    let beyond = 0;
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      let power = z / n;
      for (let k = 0; k < 4; k++, power *= z) moments[k] += power;
      if (Math.abs(z) > 1.959963984540054) beyond++;
    }
    // Five standard errors of each sample moment: variances 1, 2, 15, 96 over n.
    expect(Math.abs(moments[0])).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(moments[1] - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moments[2])).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(moments[3] - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Math.abs(beyond / n - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / n));
  });

  it('draws whole numbers without bias, also just above a power of two and beyond 32 bits', () => {
    const random = randomSource(5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[random.integer(3)]++;
    for (const count of counts)
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
    // With plain remainders the lower half of 0 … 3·2³⁰ would come up twice as often.
    let low = 0;
    for (let i = 0; i < 10_000; i++) if (random.integer(3 * 2 ** 30) < 2 ** 30) low++;
    expect(Math.abs(low - 10_000 / 3)).toBeLessThan(5 * Math.sqrt(10_000 * (2 / 9)));
    let lowLong = 0;
    for (let i = 0; i < 10_000; i++) if (random.integer(3 * 2 ** 51) < 2 ** 51) lowLong++;
    expect(Math.abs(lowLong - 10_000 / 3)).toBeLessThan(5 * Math.sqrt(10_000 * (2 / 9)));
  });

  it('permutes: each number once, each order equally often', () => {
    const random = randomSource(6);
    const orders = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.permutation(4).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    let chiSquare = 0;
    for (const count of orders.values()) chiSquare += (count - 500) ** 2 / 500;
    expect(chiSquare).toBeLessThan(49.7); // 99.9 % point for 23 degrees of freedom
  });

  it('samples different numbers, sparsely and densely', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(1000), fc.nat(1000), (n, part, seed) => {
        const count = Math.floor((n * part) / 1000);
        const picked = randomSource(seed).sample(n, count);
        expect(new Set(picked).size).toBe(count);
        expect(picked.every((i) => i >= 0 && i < n)).toBe(true);
      }),
    );
    const random = randomSource(8);
    const counts = new Float64Array(20);
    for (let i = 0; i < 20_000; i++) for (const j of random.sample(20, 2)) counts[j]++;
    for (const count of counts)
      expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
  });

  it('shuffles a copy and chooses members', () => {
    const items = ['a', 'b', 'c', 'd'];
    const random = randomSource(9);
    expect([...random.shuffle(items)].sort()).toEqual(items);
    expect(items).toEqual(['a', 'b', 'c', 'd']);
    expect(items).toContain(random.choice(items));
  });

  it('draws categories in proportion to their weights and never one of weight zero', () => {
    const random = randomSource(10);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[random.categorical([1, 0, 3, 0])]++;
    expect(counts[1] + counts[3]).toBe(0);
    expect(Math.abs(counts[0] - 5000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.25 * 0.75));
  });

  it('derives child streams from seed and name alone', () => {
    const first = randomSource(11);
    const second = randomSource(11);
    second.uniform();
    expect(first.stream('a').uniform()).toBe(second.stream('a').uniform());
    const starts = ['a', 'b', '1', 1, 2, '', 'aa'].map((name) => first.stream(name).uniform());
    starts.push(first.uniform(), first.stream('a').stream('a').uniform());
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('has child streams that do not correlate', () => {
    const parent = randomSource(12);
    const a = parent.stream(0);
    const b = parent.stream(1);
    const n = 20_000;
    let product = 0;
    for (let i = 0; i < n; i++) product += a.normal() * b.normal();
    expect(Math.abs(product / n)).toBeLessThan(5 / Math.sqrt(n));
  });

  it('refuses what it cannot draw from', () => {
    const random = randomSource(0);
    const attempts = [
      () => randomSource(-1),
      () => randomSource(0.5),
      () => randomSource(2 ** 53),
      () => random.integer(0),
      () => random.choice([]),
      () => random.sample(3, 4),
      () => random.categorical([0, 0]),
      () => random.categorical([1, -1]),
      () => random.categorical([1, Number.NaN]),
    ];
    for (const attempt of attempts) {
      let error: unknown;
      try {
        attempt();
      } catch (caught) {
        error = caught;
      }
      expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
    }
  });
});
