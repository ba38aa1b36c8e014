/**
 * What a command works with, built on first use: everything heavy is imported where it is needed, so that `--help` and `status` stay fast.
 * The only place of the CLI, besides provision/clients, that touches the SDK.
 */

import type { AwsClients } from '../provision/clients.ts'
import type { Settings } from '../provision/guard.ts'
import type { Manifest, ManifestStore } from '../provision/manifest.ts'
import { type Names, namesFor, namesOf } from '../provision/names.ts'
import type { Instant } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Clock, Sleeper } from '../runtime/ports.ts'
import { checkGuardName, localEndpoint, partitionOf, resolveWhere } from './_where.ts'

export const systemClock: Clock = { now: () => Date.now() as Instant }
export const systemSleeper: Sleeper = { sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) }

export interface DoorOptions {
  readonly guard: string
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly bin: string
  /** Of cost-guard itself. */
  readonly version: string
  /** Writes a line on stderr. */
  readonly note: (text: string) => void
}

/** One guard in one account and region, seen from the admin's side. */
export interface Door {
  readonly guard: string
  readonly account: string
  readonly alias: string | undefined
  /** ARN of whoever runs the command. */
  readonly caller: string
  readonly region: string
  readonly partition: string
  readonly sandbox: boolean
  readonly bin: string
  readonly version: string
  /** `status` → the whole command as it must be typed for this very guard, region and profile. */
  command(words: string): string
  readonly clock: Clock
  readonly clients: AwsClients
  readonly note: (text: string) => void
  manifestIn(table: string): ManifestStore
  /** Undefined: there is no guard of this name here. */
  installed(): Promise<Manifest | undefined>
  /** @throws GuardError `no-guard`, with how to install one. */
  settings(): Promise<Settings>
  names(settings?: Settings): Names
  /** The same door with nothing remembered of what was installed: after it has changed. */
  reopened(): Door
}

export async function openDoor(options: DoorOptions): Promise<Door> {
  checkGuardName(options.guard)
  const { region, profile } = resolveWhere(options, process.env, options.bin)
  useFromHere(region, profile, options.profile !== undefined)
  const { awsClients, manifestStore } = await import('./_cloud.ts')
  const clients = awsClients({ region, version: options.version })
  const endpoint = localEndpoint(process.env)
  // Every command asks for the settings: they are read while AWS is asked who we are. Without an account the table's name is the same.
  const partition = partitionOf(region)
  const { table } = namesFor(options.guard, { account: '', region, partition })
  let alias: string | undefined
  const manifestIn = onceEach((name: string) =>
    manifestStore({ clients, table: name, clock: systemClock, alias: () => alias }),
  )
  const early = manifestIn(table).read()
  // Whoever asks for it hears of its failure; who we are is the better explanation where both fail.
  early.catch(() => undefined)
  const [identity, named] = await Promise.all([whoAmI(clients), endpoint ? undefined : aliasOf(clients)])
  alias = named
  const place = `account ${identity.account}${alias ? ` (${alias})` : ''}, region ${region}`
  options.note(endpoint ? `SANDBOX ${endpoint}, ${place}` : place)

  const here = { ...identity, alias, region, partition, sandbox: endpoint !== undefined }
  return doorOf(options, here, { clients, manifestIn }, early)
}

type Place = Pick<Door, 'account' | 'alias' | 'caller' | 'region' | 'partition' | 'sandbox'>

function doorOf(
  options: DoorOptions,
  place: Place,
  how: Pick<Door, 'clients' | 'manifestIn'>,
  early?: Promise<Manifest | undefined>,
): Door {
  const { guard, bin, version, note } = options
  const names = (settings?: Settings): Names => (settings ? namesOf(settings, place) : namesFor(guard, place))
  const { clients, manifestIn } = how
  const installed = once(async () => {
    const { table } = names()
    const here = await (early ?? manifestIn(table).read())
    if (here !== undefined) return here
    const { inUse } = await import('./_find-guard.ts')
    const other = (await inUse(clients, guard))?.table
    return other === undefined || other === table ? undefined : manifestIn(other).read()
  })
  return {
    ...place,
    ...{ guard, bin, version, note, clients, manifestIn, installed, names },
    command: (words) => commandFor(options, words),
    clock: systemClock,
    settings: async () => (await installed())?.settings ?? noGuard(options, place, clients),
    reopened: () => doorOf(options, place, how),
  }
}

/** What was typed to say which guard is meant is said again; what stands in the environment still stands there. */
function commandFor({ bin, guard, region, profile }: DoorOptions, words: string): string {
  const where = [
    ...(guard === 'cost-guard' ? [] : [`--guard ${guard}`]),
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
  ]
  return [bin, words, ...where].join(' ')
}

function onceEach<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>()
  return (name) => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}

export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

async function noGuard(options: DoorOptions, { account, region }: Place, clients: AwsClients): Promise<never> {
  const { assertNotElsewhere } = await import('./_find-guard.ts')
  const command = (home: string) => commandFor({ ...options, region: home }, 'status')
  await assertNotElsewhere(clients, { guard: options.guard, region, command })
  throw new GuardError({
    code: 'no-guard',
    fault: 'user',
    message: `there is no guard "${options.guard}" in account ${account}, region ${region}: it was never installed, or it was removed`,
    suggestions: [commandFor(options, 'init'), '--guard NAME or --region REGION, when it is somewhere else'],
  })
}

/** Every SDK client built from now on agrees with what was resolved; a profile asked for by flag outranks keys in the environment. */
function useFromHere(region: string, profile: string | undefined, byFlag: boolean): void {
  process.env.AWS_REGION = region
  if (profile === undefined) return
  process.env.AWS_PROFILE = profile
  if (byFlag)
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[key]
}

async function whoAmI(clients: AwsClients): Promise<{ account: string; caller: string }> {
  const [{ GetCallerIdentityCommand }, sts] = await Promise.all([import('../provision/sdk/sts.ts'), clients.sts()])
  const answer = await sts.send(new GetCallerIdentityCommand({}))
  return { account: answer.Account ?? '', caller: answer.Arn ?? '' }
}

/** Undefined where the account has none, or where we may not ask: it is a courtesy, not a need. */
async function aliasOf(clients: AwsClients): Promise<string | undefined> {
  const [{ ListAccountAliasesCommand }, { isAccessDenied }, iam] = await Promise.all([
    import('../provision/sdk/iam.ts'),
    import('../runtime/aws/aws-errors.ts'),
    clients.iam(),
  ])
  try {
    return (await iam.send(new ListAccountAliasesCommand({ MaxItems: 1 }))).AccountAliases?.[0]
  } catch (error) {
    if (isAccessDenied(error)) return undefined
    throw error
  }
}
