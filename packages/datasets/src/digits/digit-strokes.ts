/** A pen stroke through points of the unit square (x to the right, y down): straight from one to the next, or a smooth curve. */
export interface Stroke {
  readonly curved: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** How the simulator writes each digit: position `d` holds the strokes of the digit d. Drawn by hand for this project. */
export const digitStrokes: readonly (readonly Stroke[])[] = [
  [
    {
      curved: true,
      points: [
        [0.5, 0],
        [0.14, 0.2],
        [0.08, 0.55],
        [0.22, 0.9],
        [0.5, 1],
        [0.8, 0.86],
        [0.92, 0.5],
        [0.82, 0.16],
        [0.5, 0],
      ],
    },
  ],
  [
    {
      curved: false,
      points: [
        [0.28, 0.22],
        [0.56, 0],
        [0.54, 1],
      ],
    },
  ],
  [
    {
      curved: true,
      points: [
        [0.12, 0.24],
        [0.32, 0.02],
        [0.7, 0.03],
        [0.82, 0.28],
        [0.6, 0.58],
        [0.3, 0.84],
        [0.08, 1],
      ],
    },
    {
      curved: false,
      points: [
        [0.08, 1],
        [0.92, 0.97],
      ],
    },
  ],
  [
    {
      curved: true,
      points: [
        [0.14, 0.12],
        [0.44, 0],
        [0.78, 0.1],
        [0.76, 0.34],
        [0.42, 0.48],
      ],
    },
    {
      curved: true,
      points: [
        [0.42, 0.48],
        [0.8, 0.58],
        [0.86, 0.82],
        [0.5, 1],
        [0.12, 0.9],
      ],
    },
  ],
  [
    {
      curved: false,
      points: [
        [0.52, 0],
        [0.08, 0.58],
        [0.94, 0.56],
      ],
    },
    {
      curved: false,
      points: [
        [0.68, 0.28],
        [0.6, 1],
      ],
    },
  ],
  [
    {
      curved: false,
      points: [
        [0.86, 0.02],
        [0.28, 0.02],
        [0.2, 0.44],
      ],
    },
    {
      curved: true,
      points: [
        [0.2, 0.44],
        [0.54, 0.36],
        [0.84, 0.56],
        [0.78, 0.88],
        [0.46, 1],
        [0.12, 0.9],
      ],
    },
  ],
  [
    {
      curved: true,
      points: [
        [0.68, 0],
        [0.34, 0.26],
        [0.14, 0.64],
        [0.3, 0.96],
        [0.64, 0.98],
        [0.84, 0.74],
        [0.6, 0.54],
        [0.2, 0.66],
      ],
    },
  ],
  [
    {
      curved: false,
      points: [
        [0.08, 0.04],
        [0.88, 0.02],
        [0.4, 1],
      ],
    },
  ],
  [
    {
      curved: true,
      points: [
        [0.76, 0.1],
        [0.44, 0],
        [0.2, 0.16],
        [0.42, 0.44],
        [0.76, 0.68],
        [0.72, 0.94],
        [0.4, 1],
        [0.2, 0.82],
        [0.44, 0.5],
        [0.74, 0.26],
        [0.76, 0.1],
      ],
    },
  ],
  [
    {
      curved: true,
      points: [
        [0.82, 0.2],
        [0.52, 0],
        [0.2, 0.14],
        [0.18, 0.38],
        [0.5, 0.48],
        [0.8, 0.3],
        [0.82, 0.16],
      ],
    },
    {
      curved: true,
      points: [
        [0.82, 0.2],
        [0.8, 0.6],
        [0.6, 1],
      ],
    },
  ],
];
