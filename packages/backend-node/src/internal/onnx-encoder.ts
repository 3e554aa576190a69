/** Types of numbers in the ONNX format, by their codes. */
export const onnxTypes = { float32: 1, float64: 11 } as const;
export type OnnxFloat = keyof typeof onnxTypes;

/** A dimension is a number, or a name where it is known only when the model runs. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxFloat;
  readonly shape: readonly (number | string)[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly OnnxValue[];
  readonly output: OnnxValue;
  /** Whole numbers that set the operator up. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/** The bytes of an ONNX model with a single node, in operator set 17. */
export function encodeModel({ operator, inputs, output, attributes = {} }: OnnxNode): Uint8Array {
  const node = [
    ...inputs.flatMap(({ name }) => text(1, name)),
    ...text(2, output.name),
    ...text(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      field(5, [...text(1, name), ...number(3, value), ...number(20, 2)]),
    ),
  ];
  const graph = [
    ...field(1, node),
    ...text(2, 'g'),
    ...inputs.flatMap((input) => field(11, valueInfo(input))),
    ...field(12, valueInfo(output)),
  ];
  const operatorSet = [...text(1, ''), ...number(2, 17)];
  return Uint8Array.from([...number(1, 8), ...field(8, operatorSet), ...field(7, graph)]);
}

function valueInfo({ name, type, shape }: OnnxValue): number[] {
  const dimensions = shape.flatMap((size) =>
    field(1, typeof size === 'number' ? number(1, size) : text(2, size)),
  );
  const tensor = [...number(1, onnxTypes[type]), ...field(2, dimensions)];
  return [...text(1, name), ...field(2, field(1, tensor))];
}

// The protocol buffers underneath: numbers in groups of seven bits, lowest first, and fields with a key of number and kind.
function variable(value: number): number[] {
  const groups: number[] = [];
  for (let rest = value; ;) {
    const group = rest % 128;
    rest = Math.floor(rest / 128);
    groups.push(rest > 0 ? group + 128 : group);
    if (rest === 0) return groups;
  }
}

function number(key: number, value: number): number[] {
  return [...variable(key * 8), ...variable(value)];
}

function field(key: number, body: readonly number[]): number[] {
  return [...variable(key * 8 + 2), ...variable(body.length), ...body];
}

function text(key: number, value: string): number[] {
  return field(key, Array.from(new TextEncoder().encode(value)));
}
