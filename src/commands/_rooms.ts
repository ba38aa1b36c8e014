/**
 * The rooms of the use cases, furnished with the adapters of src/runtime/aws and this command's own clients. What works on the table
 * is imported at once, because every command needs it and many small files load slower than one; IAM and Lambda only where used.
 */

import { hostname } from 'node:os'
import type { Settings } from '../provision/guard.ts'
import type { Names } from '../provision/names.ts'
import { runtimeConfigFor } from '../provision/runtime-config.ts'
import { compareVersions } from '../provision/versions.ts'
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import { DynamoBlocks } from '../runtime/aws/dynamo-blocks.ts'
import { DynamoHealth } from '../runtime/aws/dynamo-health.ts'
import { DynamoHistory } from '../runtime/aws/dynamo-history.ts'
import { DynamoLedger } from '../runtime/aws/dynamo-ledger.ts'
import { DynamoLimits } from '../runtime/aws/dynamo-limits.ts'
import { DynamoPeople } from '../runtime/aws/dynamo-people.ts'
import { DynamoRates } from '../runtime/aws/dynamo-rates.ts'
import type { RuntimeConfig } from '../runtime/config.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Directory, HealthBook, History, PeopleBook, RateBook } from '../runtime/ports.ts'
import type { IngestAnswer, IngestEvent, ReportAnswer, ReportEvent } from '../runtime/protocol.ts'
import type { ReleaseRoom } from '../runtime/usecases/release-all.ts'
import type { WishRoom } from '../runtime/usecases/set-limits.ts'
import type { StatusRoom } from '../runtime/usecases/status.ts'
import { type Door, systemSleeper } from './_compose.ts'

export async function configFor(door: Door): Promise<{ config: RuntimeConfig; settings: Settings; names: Names }> {
  const settings = await door.settings()
  const names = door.names(settings)
  const { account, region, partition } = door
  return { config: runtimeConfigFor({ names, settings, account, region, partition }), settings, names }
}

async function ledgerOf(door: Door, config: RuntimeConfig): Promise<DynamoLedger> {
  return new DynamoLedger({
    client: await door.clients.dynamo(),
    table: config.table,
    zoning: config.zoning,
    journalDays: config.journalDays,
    clock: door.clock,
    sleeper: systemSleeper,
    random: Math.random,
  })
}

/** To read what was spent and who is blocked; touches only the table. */
export async function statusRoom(door: Door): Promise<StatusRoom & { people: PeopleBook; settings: Settings }> {
  const { config, settings } = await configFor(door)
  const [client, ledger] = await Promise.all([door.clients.dynamo(), ledgerOf(door, config)])
  const at = { client, table: config.table }
  return {
    clock: door.clock,
    ledger,
    limits: new DynamoLimits(at),
    people: new DynamoPeople(at),
    blocks: new DynamoBlocks(at),
    health: new DynamoHealth({ ...at, clock: door.clock, sleeper: systemSleeper }),
    config,
    settings,
  }
}

/** What a newer cost-guard keeps in the table may mean more than this one knows: then nothing is changed. */
async function refuseIfNewer(door: Door): Promise<void> {
  const installed = await door.installed()
  if (installed === undefined || compareVersions(installed.version, door.version) <= 0) return
  throw new GuardError({
    code: 'newer-version',
    fault: 'user',
    message: `the guard ${door.guard} was installed by cost-guard ${installed.version}, this is ${door.version}: nothing was changed`,
    suggestions: [`npx cost-guard@${installed.version}`],
  })
}

/**
 * To change limits, blocks and pardons: wishes go into the table, enforce acts on them.
 * @param newer `take`: to remove the guard, whatever wrote it. @throws GuardError `newer-version`.
 */
export async function wishRoom(
  door: Door,
  newer: 'refuse' | 'take' = 'refuse',
): Promise<WishRoom & { directory: Directory; people: PeopleBook; settings: Settings }> {
  if (newer === 'refuse') await refuseIfNewer(door)
  const { config, settings, names } = await configFor(door)
  const [{ LambdaEnforceCaller }, { IamDirectory }, dynamo, lambda, iam, ledger] = await Promise.all([
    import('../runtime/aws/enforce-trigger.ts'),
    import('../runtime/aws/iam-directory.ts'),
    door.clients.dynamo(),
    door.clients.lambda(),
    door.clients.iam(),
    ledgerOf(door, config),
  ])
  const at = { client: dynamo, table: config.table }
  return {
    clock: door.clock,
    ledger,
    limits: new DynamoLimits(at),
    people: new DynamoPeople(at),
    history: fromHere(door, new DynamoHistory({ ...at, zoning: config.zoning })),
    enforce: new LambdaEnforceCaller({ client: lambda, functionName: names.functions.enforce }),
    directory: new IamDirectory({ iam, ledger, account: door.account, zoning: config.zoning, clock: door.clock }),
    config,
    settings,
  }
}

/** Who exists: IAM and the ledger. */
export async function directoryOf(door: Door): Promise<Directory> {
  const { config } = await configFor(door)
  const [{ IamDirectory }, iam, ledger] = await Promise.all([
    import('../runtime/aws/iam-directory.ts'),
    door.clients.iam(),
    ledgerOf(door, config),
  ])
  return new IamDirectory({ iam, ledger, account: door.account, zoning: config.zoning, clock: door.clock })
}

export async function historyBook(door: Door): Promise<History> {
  const { config } = await configFor(door)
  const at = { client: await door.clients.dynamo(), table: config.table, zoning: config.zoning }
  return fromHere(door, new DynamoHistory(at))
}

/** What the CLI writes into the history says which program on which machine wrote it; CloudTrail knows the address. */
const fromHere = (door: Pick<Door, 'version'>, history: History): History => ({
  append: (event) => history.append({ ...event, from: `cost-guard ${door.version} on ${hostname()}` }),
  read: (month) => history.read(month),
})

/** To release with the admin's own rights, where enforce is gone. Reads and writes BLOCK records only where there is a table. */
export async function releaseRoom(door: Door): Promise<ReleaseRoom> {
  const settings =
    (await door.installed())?.settings ?? (await import('../provision/settings.ts')).defaultSettings(door.guard)
  const [{ IamEnforcer }, iam, client] = await Promise.all([
    import('../runtime/aws/iam-enforcer.ts'),
    door.clients.iam(),
    door.clients.dynamo(),
  ])
  const { account, partition, clock, guard } = door
  const at = { client, table: door.names(settings).table }
  const blocks = new DynamoBlocks(at)
  const history = fromHere(door, new DynamoHistory({ ...at, zoning: settings.zoning }))
  const unlessGone = async <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch((error: unknown) => (isAbsent(error) ? otherwise : Promise.reject(error)))
  return {
    clock,
    enforcer: new IamEnforcer({
      iam,
      guard,
      account,
      partition,
      zoning: settings.zoning,
      clock,
      protectedPrincipals: [],
    }),
    blocks: {
      all: () => unlessGone(blocks.all(), []),
      put: (record) => blocks.put(record),
      remove: (principal) => unlessGone(blocks.remove(principal), undefined),
    },
    history: { append: (event) => unlessGone(history.append(event), undefined), read: (month) => history.read(month) },
  }
}

/** Where the books stay, so does the line that ends them. */
export async function noteRemoval(
  door: Door,
  settings: Settings,
  released: readonly { principal: string }[],
): Promise<void> {
  const at = { client: await door.clients.dynamo(), table: door.names(settings).table }
  await new DynamoHistory({ ...at, zoning: settings.zoning }).append({
    at: door.clock.now(),
    by: door.caller,
    what: 'guard-removed',
    details: { guard: door.guard, released: released.map(({ principal }) => principal).join(' ') },
  })
}

export async function healthBook(door: Door): Promise<HealthBook> {
  const { names } = await configFor(door)
  return new DynamoHealth({
    client: await door.clients.dynamo(),
    table: names.table,
    clock: door.clock,
    sleeper: systemSleeper,
  })
}

export async function rateBook(door: Door): Promise<RateBook> {
  const { names } = await configFor(door)
  return new DynamoRates({ client: await door.clients.dynamo(), table: names.table })
}

export async function peopleBook(door: Door): Promise<PeopleBook> {
  const { names } = await configFor(door)
  const [{ DynamoPeople }, client] = await Promise.all([
    import('../runtime/aws/dynamo-people.ts'),
    door.clients.dynamo(),
  ])
  return new DynamoPeople({ client, table: names.table })
}

export const askReport = async (door: Door, event: ReportEvent): Promise<ReportAnswer> =>
  invoke<ReportAnswer>(door, (await configFor(door)).names.functions.report, event)

export const askIngest = async (door: Door, event: IngestEvent): Promise<IngestAnswer> =>
  invoke<IngestAnswer>(door, (await configFor(door)).names.functions.ingest, event)

async function invoke<Answer>(door: Door, functionName: string, event: object): Promise<Answer> {
  const [{ InvokeCommand }, { GuardError }, client] = await Promise.all([
    import('../provision/sdk/lambda.ts'),
    import('../runtime/domain/base/guard-error.ts'),
    door.clients.lambda(),
  ])
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'RequestResponse',
      Payload: new TextEncoder().encode(JSON.stringify(event)),
    }),
  )
  const text = new TextDecoder().decode(answer.Payload)
  if (answer.FunctionError !== undefined) {
    throw new GuardError({
      code: 'function-failed',
      fault: 'aws',
      message: `the function ${functionName} failed: ${text.slice(0, 500)}`,
      suggestions: [`aws logs tail /aws/lambda/${functionName} --since 10m`, door.command('plan')],
    })
  }
  return JSON.parse(text) as Answer
}
