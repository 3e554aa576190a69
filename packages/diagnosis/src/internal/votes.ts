/** Share of rows whose own class wins the vote of their neighbours; k winners that tie count 1/k.
 *
 * @param neighbours `count` positions in `voters` per row
 */
export function shareOfVotes(
  neighbours: Int32Array,
  count: number,
  voters: ArrayLike<number>,
  own: ArrayLike<number>,
): number {
  let sum = 0;
  const votes = new Map<number, number>();
  for (let i = 0; i < own.length; i++) {
    votes.clear();
    for (let k = 0; k < count; k++) {
      const label = voters[neighbours[i * count + k]];
      votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    const most = Math.max(...votes.values());
    if (votes.get(own[i]) !== most) continue;
    let winners = 0;
    for (const n of votes.values()) if (n === most) winners++;
    sum += 1 / winners;
  }
  return sum / own.length;
}
