/** What init and plan are told, by flags and by a file: flags win. All that is wrong with the words is said before AWS is asked. */
import { checkGiven, type GivenSettings, settingsTable } from '../provision/settings.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseUsd } from '../runtime/domain/money/money.ts'
import type { FileDiscount } from './_config/discounts.ts'
import type { ConfigFile, FilePrice } from './_config/file.ts'
import type { FilePot } from './_config/people.ts'
import { readAssignments, type WantedLimit } from './_limits.ts'
import { givenSettings } from './_setting-flags.ts'

export interface WishFlags extends Readonly<Record<string, unknown>> {
  readonly guard: string
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly config?: string | undefined
  readonly limit?: string[] | undefined
  readonly 'default-limit'?: string | undefined
  readonly exclude?: string[] | undefined
}

export interface GivenWishes {
  readonly settings: GivenSettings
  readonly pots: readonly FilePot[]
  readonly limits: readonly WantedLimit[]
  /** As typed: `user/tanaka`, or a bare name. */
  readonly exclude: readonly string[]
  readonly prices: readonly FilePrice[]
  readonly discounts: readonly FileDiscount[]
}

export interface ReadWishes {
  readonly wishes: GivenWishes
  /** Which guard is meant, where. */
  readonly where: { readonly guard: string; readonly region: string | undefined; readonly profile: string | undefined }
}

/**
 * @param guardTyped whether `guard` was typed (or set in the environment) and is not the flag's default
 * @throws GuardError naming everything that is wrong with flags and file.
 */
export async function readWishes(flags: WishFlags, guardTyped: boolean): Promise<ReadWishes> {
  const given = givenSettings(settingsTable, flags)
  const refusals: GuardError[] = []
  const file = flags.config === undefined ? undefined : await orRefused(fileAt(flags.config), refusals)
  const guard = guardTyped ? flags.guard : (file?.guard ?? flags.guard)
  await orRefused(async () => checkGiven(given, guard), refusals)
  const typed = await orRefused(async () => typedLimits(flags), refusals)
  if (file) await orRefused(async () => mustAgree(file, flags, guardTyped), refusals)
  if (refusals.length > 0) throw together(refusals)
  return {
    wishes: {
      settings: { ...file?.settings, ...given },
      pots: file?.pots ?? [],
      // Which of them mean the same principal is known when the names have been looked up.
      limits: [...(file?.limits ?? []).map((limit) => ({ ...limit, fromFile: true })), ...(typed ?? [])],
      exclude: [...new Set([...(file?.exclude ?? []), ...(flags.exclude ?? [])])],
      prices: file?.prices ?? [],
      discounts: file?.discounts ?? [],
    },
    where: { guard, region: flags.region ?? file?.region, profile: flags.profile },
  }
}

export function typedLimits(flags: Pick<WishFlags, 'limit' | 'default-limit'>): readonly WantedLimit[] {
  const everyone = flags['default-limit']
  if (everyone !== undefined) parseUsd(everyone)
  return readAssignments([...(everyone === undefined ? [] : [`*=${everyone}`]), ...(flags.limit ?? [])], {})
}

const fileAt = (path: string) => async (): Promise<ConfigFile> => {
  const { readConfigFile } = await import('./_config/file.ts')
  return readConfigFile(path)
}

/** The file may be meant for another guard than the one that was typed: neither of them is believed then. */
function mustAgree(file: ConfigFile, flags: WishFlags, guardTyped: boolean): void {
  const clash = (what: string, typed: string, held: string) =>
    new GuardError({
      code: 'config-disagrees',
      fault: 'user',
      message: `--${what} ${typed} was typed, and ${flags.config} is for ${held}`,
      suggestions: [`leave --${what} out, or the line ${what}: ${held} of the file`],
    })
  if (guardTyped && file.guard !== undefined && file.guard !== flags.guard)
    throw clash('guard', flags.guard, file.guard)
  if (flags.region !== undefined && file.region !== undefined && file.region !== flags.region)
    throw clash('region', flags.region, file.region)
}

async function orRefused<T>(work: () => Promise<T>, refusals: GuardError[]): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    refusals.push(error)
    return undefined
  }
}

function together(refusals: readonly GuardError[]): GuardError {
  const [first, ...others] = refusals
  if (first !== undefined && others.length === 0) return first
  const error = new GuardError({
    code: first?.code ?? 'bad-settings',
    fault: 'user',
    message: refusals.map(({ message }) => message).join('\n'),
    suggestions: [...new Set(refusals.flatMap(({ suggestions }) => suggestions))],
  })
  return Object.assign(error, { document: (first as { document?: object } | undefined)?.document ?? {} })
}
