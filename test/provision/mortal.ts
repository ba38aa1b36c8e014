/**
 * Init and teardown die right after a changing call has reached AWS: whatever was under way gets no answer, nothing more
 * is sent. The next run must bring about the same state as a run that nobody disturbed.
 */
import {
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AwsCall, isReadOnly } from '../../src/provision/clients.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { portrait, wholeStack } from './everything.ts'
import { type Scope, scopeOf, settingsOf, succeeded, type World, world } from './world.ts'

export const archive = { s3Config: { bucketName: 'the-archive' }, textDataDeliveryEnabled: true }

class Died extends Error {}

/** A world that sends this many changing calls and no more: it dies when AWS has answered the last of them. */
function mortal(changes: number): { aws: World; done: () => readonly string[] } {
  const done: string[] = []
  let sent = 0
  const aws = world((call: AwsCall) => {
    if (done.length >= changes) throw new Died('the process was killed')
    if (isReadOnly(call.operation)) return
    if (call.phase === 'before') {
      if (sent >= changes) throw new Died('the process was killed')
      sent += 1
      return
    }
    done.push(`${call.operation} ${JSON.stringify(call.input)}`)
    if (done.length >= changes) throw new Died('the process was killed')
  })
  return { aws, done: () => done }
}

export type Run = (aws: World) => Promise<{ outcome: { failed: readonly unknown[]; notAttempted: readonly unknown[] } }>
export interface Guard {
  readonly scope: Scope
  readonly init: Run
  readonly teardown: Run
  readonly teardownWithData: Run
}

/** @param alarms nine parts that all come and go alike: where they add nothing they only cost time */
export function mortalGuard({ alarms }: { readonly alarms: boolean }): Guard {
  // The bare emulator keeps no tags on dashboards; the sandbox does, and their life is led there.
  const more = { cloudwatchDashboard: false, alarms }
  const scope = scopeOf(settingsOf({ emails: ['ops@example.com'], costTag: { key: 'Cost', value: 'ai' }, ...more }))
  const teardown = async (aws: World, deleteData: boolean) =>
    aws.teardown(await wholeStack(aws, scope), scope, deleteData)
  return {
    scope,
    init: async (aws) => aws.install(await wholeStack(aws, scope), scope),
    teardown: (aws) => teardown(aws, false),
    teardownWithData: (aws) => teardown(aws, true),
  }
}

/** True when it came to its end before it was killed. */
async function survives(run: Run, aws: World): Promise<boolean> {
  try {
    const { outcome } = await run(aws)
    return outcome.failed.length === 0 && outcome.notAttempted.length === 0
  } catch (error) {
    if (error instanceof Died) return false
    throw error
  }
}

export async function configure(): Promise<void> {
  const bedrock = await world().clients.bedrock()
  await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: archive }))
}
export const logging = async () =>
  (await (await world().clients.bedrock()).send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig

interface Disturbed {
  readonly scope: Scope
  readonly before: readonly Run[]
  readonly run: Run
  /** Another one changes all that this one does, and is killed after every single change. */
  readonly isPartOfMore?: boolean
}

/** Nobody disturbs it; answers the state and the changing calls it took. */
async function undisturbed(
  moto: Moto,
  { scope, before, run }: Disturbed,
): Promise<{ state: readonly string[]; changes: number }> {
  await moto.reset()
  await configure()
  for (const earlier of before) await earlier(world())
  const aws = world()
  succeeded((await run(aws)).outcome as never)
  const changes = aws.calls.filter((call) => !isReadOnly(call.operation)).length
  return { state: await portrait(world(), scope), changes }
}

/**
 * Every run dies after its first change, until one finds nothing left to do. What takes several changes at once and begins
 * with one that leaves no trace (such as a removal that is repeated) gets one change more than the run before.
 */
async function byOneChangeEach(run: Run, atMost: number): Promise<number> {
  let last = ''
  let changes = 1
  for (let runs = 1; runs <= atMost; runs += 1) {
    const { aws, done } = mortal(changes)
    if (await survives(run, aws)) return runs
    changes = done().join() === last ? changes + 1 : 1
    last = done().join()
  }
  throw new Error(`not done after ${atMost} runs`)
}

/** The two promises of everything that changes AWS, as tests. */
export function survivesCutOffs(what: string, disturbed: Disturbed): void {
  const { scope, before, run, isPartOfMore = false } = disturbed
  describe(what, () => {
    let moto: Moto
    beforeAll(async () => {
      moto = await startMoto()
    })
    afterAll(() => moto.stop())
    beforeEach(() => moto.reset())

    if (!isPartOfMore) {
      test('that is killed after every single change, again and again, arrives where it would have undisturbed', async () => {
        const whole = await undisturbed(moto, disturbed)
        await moto.reset()
        await configure()
        for (const earlier of before) succeeded((await earlier(world())).outcome as never)
        const runs = await byOneChangeEach(run, whole.changes * 2)
        expect(runs).toBeGreaterThan(whole.changes / 2)
        expect(await portrait(world(), scope)).toEqual(whole.state)
      }, 300_000)
    }

    test('that is killed anywhere is brought to its end by one more run', async () => {
      const whole = await undisturbed(moto, disturbed)
      for (let changes = 2; changes < whole.changes; changes += 9) {
        await moto.reset()
        await configure()
        for (const earlier of before) succeeded((await earlier(world())).outcome as never)
        const { aws, done } = mortal(changes)
        expect(await survives(run, aws)).toBe(false)
        expect(done()).toHaveLength(changes)
        succeeded((await run(world())).outcome as never)
        expect(await portrait(world(), scope)).toEqual(whole.state)
      }
    }, 300_000)
  })
}
