// Shifts that a seed makes.
import { denseMatrix } from '@graft-ml/core';
import {
  classShifts,
  curvedBoundary,
  mixedGaussians,
  priorShift,
  rotatedMoons,
  shiftedBlobs,
} from '@graft-ml/datasets';
import { randomSource } from '@graft-ml/numerics';

export function simulatedProblems() {
  return {
    tuning: simulated({
      'blobs 1': (seed) => shiftedBlobs({ seed, shift: 1, scale: 1 }),
      'blobs 4': (seed) => shiftedBlobs({ seed }),
      'moons 20': (seed) => rotatedMoons({ seed, angle: 20 }),
      'moons 60': (seed) => rotatedMoons({ seed, angle: 60 }),
      'mixed 2': (seed) => mixedGaussians({ seed, stretch: 2 }),
      'mixed 6': (seed) => mixedGaussians({ seed }),
      'class shifts 1': (seed) => classShifts({ seed, shift: 1 }),
      'class shifts 3': (seed) => classShifts({ seed }),
      'prior 0.9': (seed) => priorShift({ seed }),
      'prior 0.6': (seed) => priorShift({ seed, targetShare: 0.6 }),
      'curved 0': (seed) => curvedBoundary({ seed }),
      'no shift 0': (seed) => shiftedBlobs({ seed, shift: 0, scale: 1 }),
      'turned boundary 15': (seed) => turnedBoundary(seed, 15),
      'turned boundary 45': (seed) => turnedBoundary(seed, 45),
      'new scale 1': (seed) => newScale(seed),
      'missing class 1': (seed) => missingClass(seed, 0),
      'missing class 2': (seed) => missingClass(seed, 3),
      'deceiving direction 3': (seed) => deceivingDirection(seed),
      'rare class 1': (seed) => rareClass(seed, 0),
      'rare class 2': (seed) => rareClass(seed, 1),
      'broken sensor 1': (seed) => brokenSensor(seed),
      'turned axes 20': (seed) => turnedAxes(seed, 20),
      'turned axes 50': (seed) => turnedAxes(seed, 50),
      'new cluster 1': (seed) => newCluster(seed),
    }),
    reporting: simulated({
      'reversed axis 1': (seed) => reversedAxis(seed),
      'more noise 1': (seed) => moreNoise(seed, 1.5),
      'more noise 3': (seed) => moreNoise(seed, 3),
      'moved classes 1': (seed) => movedClasses(seed),
    }),
  };
}

/** Problems that a seed makes. What differs in its last number only is one group: `moons 20`, `moons 60`. */
function simulated(made) {
  return Object.entries(made).map(([name, make]) => ({
    id: `simulated ${name}`,
    family: 'simulated',
    preparations: ['source', 'per-domain'],
    group: `simulated ${name.replace(/ [0-9.]+$/, '')}`,
    load: async (seed) => {
      const { problem: given, evaluation } = make(seed);
      return {
        source: { x: given.source.x, y: given.source.y },
        target: { x: given.target.x, y: evaluation.y },
      };
    },
  }));
}

/** The same rows, another rule: y = 1 where w·x > 0, w turned by so many degrees in the target. No method can know. */
function turnedBoundary(seed, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [source, target] = [0, angle].map((turn, d) => {
    const x = normalRows(seed, `turned ${d}`, 200, 5);
    const y = Float64Array.from(
      { length: 200 },
      (_, i) => +(Math.cos(turn) * x.data[5 * i] + Math.sin(turn) * x.data[5 * i + 1] > 0),
    );
    return { x, y };
  });
  return known(source, target);
}

/** Four classes in ten dimensions; the target's columns have other units and zeros. */
function newScale(seed) {
  const random = randomSource(seed).stream('scale');
  const centres = Array.from({ length: 40 }, () => 1.2 * random.normal());
  const units = Array.from({ length: 10 }, () => Math.exp(0.5 * random.normal()));
  const zeros = Array.from({ length: 10 }, () => random.normal());
  const [source, target] = [0, 1].map((d) => {
    const x = normalRows(seed, `scale ${d}`, 200, 10);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 4);
    for (let p = 0; p < x.data.length; p++) {
      const j = p % 10;
      x.data[p] += centres[10 * y[(p - j) / 10] + j];
      if (d === 1) x.data[p] = units[j] * x.data[p] + zeros[j];
    }
    return { x, y };
  });
  return known(source, target);
}

/** Three classes in the source, two of them in the target, which is moved by `shift` along the second axis. */
function missingClass(seed, shift) {
  const [source, target] = [3, 2].map((nClasses, d) => {
    const x = normalRows(seed, `missing ${d}`, 210, 4);
    const y = Float64Array.from({ length: 210 }, (_, i) => i % nClasses);
    y.forEach((c, i) => {
      x.data[4 * i] += 3 * c;
      x.data[4 * i + 1] += d * shift;
    });
    return { x, y };
  });
  return known(source, target);
}

/** Classes at ±1.5 on the first axis of both domains and at ±3 on the second of the source, where the target has noise. */
function deceivingDirection(seed) {
  const [source, target] = [3, 0].map((along, d) => {
    const x = normalRows(seed, `deceiving ${d}`, 200, 5);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    y.forEach((c, i) => {
      x.data[5 * i] += c ? 1.5 : -1.5;
      x.data[5 * i + 1] += c ? along : -along;
    });
    return { x, y };
  });
  return known(source, target);
}

/** Two classes apart on four of five axes; one of the four has the other sign in the target. */
function reversedAxis(seed) {
  const [source, target] = [1, -1].map((sign, d) => {
    const x = normalRows(seed, `reversed ${d}`, 200, 5);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    y.forEach((c, i) => {
      for (let j = 0; j < 4; j++) x.data[5 * i + j] += (j === 0 ? sign : 1) * (c ? 0.7 : -0.7);
    });
    return { x, y };
  });
  return known(source, target);
}

/** Four classes in six dimensions; the target's rows scatter so many times as wide. */
function moreNoise(seed, times) {
  const random = randomSource(seed).stream('noise centres');
  const centres = Array.from({ length: 24 }, () => 1.5 * random.normal());
  const [source, target] = [1, times].map((scatter, d) => {
    const x = normalRows(seed, `noise ${d}`, 200, 6);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 4);
    for (let p = 0; p < x.data.length; p++) {
      x.data[p] = scatter * x.data[p] + centres[6 * y[Math.floor(p / 6)] + (p % 6)];
    }
    return { x, y };
  });
  return known(source, target);
}

/** Three classes in four dimensions, each moved in a direction of its own in the target. */
function movedClasses(seed) {
  const random = randomSource(seed).stream('moves');
  const centres = Array.from({ length: 12 }, () => 2 * random.normal());
  const moves = Array.from({ length: 12 }, () => 0.8 * random.normal());
  const [source, target] = [0, 1].map((d) => {
    const x = normalRows(seed, `moved ${d}`, 210, 4);
    const y = Float64Array.from({ length: 210 }, (_, i) => i % 3);
    for (let p = 0; p < x.data.length; p++) {
      const at = 4 * y[Math.floor(p / 4)] + (p % 4);
      x.data[p] += centres[at] + d * moves[at];
    }
    return { x, y };
  });
  return known(source, target);
}

/** Three classes along the first axis, 70 of each in the source, 20, 60 and 130 in the target, which lies `shift` further. */
function rareClass(seed, shift) {
  const [source, target] = [
    [70, 140],
    [20, 80],
  ].map(([first, second], d) => {
    const x = normalRows(seed, `rare ${d}`, 210, 4);
    const y = Float64Array.from({ length: 210 }, (_, i) => +(i >= first) + +(i >= second));
    y.forEach((c, i) => (x.data[4 * i] += 2 * c + d * shift));
    return { x, y };
  });
  return known(source, target);
}

/** Two classes apart on three of six axes; the target's first axis is stuck at its mean. */
function brokenSensor(seed) {
  const [source, target] = [0, 1].map((d) => {
    const x = normalRows(seed, `sensor ${d}`, 200, 6);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    y.forEach((c, i) => {
      for (let j = 0; j < 3; j++) x.data[6 * i + j] += c ? 0.8 : -0.8;
      if (d === 1) x.data[6 * i] = 0;
    });
    return { x, y };
  });
  return known(source, target);
}

/** Three classes at the corners of a triangle, turned about its middle by so many degrees in the target; two axes of noise. */
function turnedAxes(seed, degrees) {
  const [source, target] = [0, (degrees * Math.PI) / 180].map((turn, d) => {
    const x = normalRows(seed, `axes ${d}`, 210, 4);
    const y = Float64Array.from({ length: 210 }, (_, i) => i % 3);
    y.forEach((c, i) => {
      const angle = (2 * Math.PI * c) / 3 + turn;
      x.data[4 * i] += 2.5 * Math.cos(angle);
      x.data[4 * i + 1] += 2.5 * Math.sin(angle);
    });
    return { x, y };
  });
  return known(source, target);
}

/** Two classes of one cluster each; in the target half of the second class lies elsewhere. */
function newCluster(seed) {
  const [source, target] = [0, 1].map((d) => {
    const x = normalRows(seed, `cluster ${d}`, 200, 3);
    const y = Float64Array.from({ length: 200 }, (_, i) => i % 2);
    y.forEach((c, i) => {
      x.data[3 * i] += 3 * c;
      if (d === 1 && i % 4 === 3) x.data[3 * i + 1] += 5;
    });
    return { x, y };
  });
  return known(source, target);
}

function known(source, target) {
  return { problem: { source, target: { x: target.x } }, evaluation: { y: target.y } };
}

function normalRows(seed, stream, rows, columns) {
  const random = randomSource(seed).stream(stream);
  const x = denseMatrix(rows, columns);
  for (let p = 0; p < x.data.length; p++) x.data[p] = random.normal();
  return x;
}
