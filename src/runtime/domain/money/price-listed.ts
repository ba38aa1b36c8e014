import { type ListedRate, perToken, type Rate } from './rate.ts'

/** The row that an accepted price of AWS's list stands for. Read again and changed, it is another row with another id. */
export function rateFromListed(listed: ListedRate): Rate {
  const { stem, provider, scope, tier, over, region, perMillion, derived, validFrom, source, checked, setAt } = listed
  const band = over === undefined ? 'standard' : `over-${over}`
  const where = region === undefined ? '' : `@${region}`
  return {
    id: `${stem}/${scope}/${band}/${tier}/list@${setAt}/${validFrom}${where}`,
    stem,
    provider,
    scope,
    tier,
    band: over === undefined ? 'standard' : { over },
    validFrom,
    until: undefined,
    ...(region === undefined ? {} : { regions: [region] }),
    prices: {
      input: perToken(perMillion.input),
      output: perToken(perMillion.output),
      cacheRead: perToken(perMillion.cacheRead),
      cacheWrite5m: perToken(perMillion.cacheWrite5m),
      cacheWrite1h: perToken(perMillion.cacheWrite1h),
    },
    ...(derived.length === 0 ? {} : { derived }),
    origin: 'list',
    source,
    checked,
  }
}
