const EVERY: Readonly<Record<string, string>> = { month: 'monthly', week: 'weekly', day: 'daily' }

/** `*@month` → "the monthly limit for everyone". Ids are for programs. @param of the principal it is told about. */
export function limitName(id: string, of?: string): string {
  const at = id.lastIndexOf('@')
  const [pot, per] = [id.slice(0, at), EVERY[id.slice(at + 1).replace('~', '')]]
  if (at < 0 || per === undefined) return id
  if (pot === '*') return `the ${per} limit for everyone`
  if (pot === 'account') return `the ${per} limit of the account`
  return pot === of ? `its own ${per} limit` : `the ${per} limit of ${pot}`
}
