/** Which original there is, whom its bare names mean, and what of it becomes a setting here. Reads only. */
import type { Manifest } from '../../provision/manifest.ts'
import { findOriginals, readOriginal } from '../../provision/original/find.ts'
import type { Original } from '../../provision/original/original.ts'
import { keyOf, type PrincipalKey, parseKey } from '../../runtime/domain/metering/principal.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import type { Directory } from '../../runtime/ports.ts'
import { canAsk, stopped, text } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'

/** @throws GuardError `no-original`, `several-originals`. */
export async function lookForOriginal(door: Door, named: string | undefined): Promise<Original> {
  if (named !== undefined) return readOriginal(door.clients, named)
  const [only, ...others] = await findOriginals(door.clients)
  if (only === undefined) {
    throw stopped(
      'no-original',
      `there is no original guard in account ${door.account}, region ${door.region}: no function with its settings was found`,
      [
        '--function NAME, when its function is there under other settings',
        '--region REGION, when it is somewhere else',
        door.command('init'),
      ],
    )
  }
  if (others.length === 0) return readOriginal(door.clients, only)
  const names = [only, ...others]
  throw stopped(
    'several-originals',
    `there are ${names.length} originals in this region: ${names.join(', ')}`,
    names.map((name) => door.command(`import-original --function ${name}`)),
  )
}

/** What a bare name of the original means: a key, nothing (left out on purpose), or not known. */
export type Meant = PrincipalKey | 'none' | { readonly candidates: readonly PrincipalKey[] }

/** `tanaka=user/tanaka`, `old=none`. @throws GuardError `bad-as`. */
export function readAs(texts: readonly string[], account: string): ReadonlyMap<string, PrincipalKey | 'none'> {
  return new Map(
    texts.map((typed): [string, PrincipalKey | 'none'] => {
      const seam = typed.indexOf('=')
      const [name, to] = [typed.slice(0, seam), typed.slice(seam + 1)]
      if (seam > 0 && to === 'none') return [name, 'none']
      const parsed = seam > 0 ? parseKey(to, account) : undefined
      if (parsed?.kind === 'user' || parsed?.kind === 'role') return [name, keyOf(parsed)]
      throw stopped('bad-as', `--as "${typed}": NAME=user/NAME, NAME=role/NAME or NAME=none is expected`, [
        '--as tanaka=user/tanaka',
      ])
    }),
  )
}

/** Every name looked up once; on a terminal what IAM does not decide is asked. */
export async function whoIsMeant(
  names: readonly string[],
  how: {
    readonly directory: Directory
    readonly account: string
    readonly as: ReadonlyMap<string, PrincipalKey | 'none'>
    readonly ask: boolean
  },
): Promise<ReadonlyMap<string, Meant>> {
  const meant = new Map<string, Meant>()
  for (const name of new Set(names)) {
    const said = how.as.get(name)
    const found = said === undefined ? (await how.directory.find(name)).map(({ key }) => key) : []
    const sure = found.filter((key) => key.startsWith('user/') || key.startsWith('role/'))
    const [only] = sure
    if (said !== undefined) meant.set(name, said)
    else if (only !== undefined && sure.length === 1) meant.set(name, only)
    else meant.set(name, how.ask && canAsk() ? await asked(name, sure, how.account) : { candidates: sure })
  }
  return meant
}

async function asked(name: string, candidates: readonly PrincipalKey[], account: string): Promise<Meant> {
  const known = candidates.length === 0 ? 'IAM knows neither' : `IAM knows ${candidates.join(' and ')}`
  const check = (typed: string) =>
    ['user', 'role', 'none'].includes(typed) ? undefined : 'user, role, or none to leave it out'
  const answer = await text({
    message: `The original names "${name}": user or role? (${known}; none leaves it out)`,
    check,
  })
  if (answer === 'user' || answer === 'role') return keyOf({ kind: answer, account, name })
  return answer === 'none' ? 'none' : { candidates }
}

export const undecidedOf = (meant: ReadonlyMap<string, Meant>) =>
  [...meant].flatMap(([name, what]) => (typeof what === 'string' ? [] : [{ name, candidates: what.candidates }]))

export interface Proposals {
  /** Flags of `init`, by name; empty for a guard that is installed: its settings stay. */
  readonly settings: Readonly<Record<string, string | readonly string[]>>
  /** As `--limit` takes them. */
  readonly limits: readonly string[]
  readonly noLimit: readonly string[]
  readonly exclusions: readonly PrincipalKey[]
  readonly undecided: readonly { readonly name: string; readonly candidates: readonly PrincipalKey[] }[]
}

export function proposalsOf(
  original: Original,
  meant: ReadonlyMap<string, Meant>,
  installed: Manifest | undefined,
): Proposals {
  const { settings } = original
  const keyFor = (name: string): PrincipalKey | undefined => {
    const what = meant.get(name)
    return typeof what === 'string' && what !== 'none' ? what : undefined
  }
  const limits = new Map<PrincipalKey, string>()
  for (const { name, amount } of settings.limits) {
    const key = keyFor(name)
    if (key !== undefined && amount !== undefined) limits.set(key, `${key}=${toDecimal(amount)}`)
  }
  return {
    settings: installed ? {} : settingsFor(original),
    limits: [...limits.values()],
    noLimit: settings.limits.flatMap(({ name, amount }) => (amount === undefined ? [name] : [])),
    exclusions: [...new Set(settings.excluded.flatMap((name) => keyFor(name) ?? []))],
    undecided: undecidedOf(meant),
  }
}

/** The original reckons in Japan's time and writes Japanese mails. */
function settingsFor({ settings, emails, logGroup }: Original): Proposals['settings'] {
  return {
    ...(logGroup === undefined ? {} : { 'log-group': logGroup.name, adopt: ['log-group'] }),
    ...(emails.length === 0 ? {} : { email: emails }),
    ...{ 'time-zone': 'Asia/Tokyo', language: 'ja' },
    ...(settings.jpyRate === undefined ? {} : { currency: 'JPY', 'currency-rate': settings.jpyRate }),
    ...(settings.warnAt === undefined ? {} : { 'warn-at': settings.warnAt }),
    ...(settings.sources.length === 0 ? {} : { source: settings.sources }),
  }
}
