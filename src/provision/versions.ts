/** Negative, 0 or positive as `a` is older than, the same as or newer than `b` (`1.10.0` > `1.9.3`, `1.0.0-beta` < `1.0.0`). Pure. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)]
  for (let index = 0; index < 3; index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (left.suffix === right.suffix) return 0
  if (left.suffix === '' || right.suffix === '') return left.suffix === '' ? 1 : -1
  return left.suffix < right.suffix ? -1 : 1
}

function parse(version: string): { numbers: readonly number[]; suffix: string } {
  const [core = '', suffix = ''] = version.split(/-(.*)/s)
  return { numbers: core.split('.').map((part) => Number.parseInt(part, 10) || 0), suffix }
}
