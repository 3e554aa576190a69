/** The outcome of a test of "both samples come from one distribution". A small p-value speaks against it; a large one says nothing. */
export interface ShiftTest {
  readonly test: string;
  /** In the test's own units. */
  readonly statistic: number;
  /** Chance of a statistic at least this extreme if nothing differed. */
  readonly pValue: number;
  /** How large the difference is, whatever the number of rows; each test says in which units. */
  readonly effect: number;
}
