/**
 * init and teardown as real processes, killed without a chance to tidy up at random points (a seed each): while a call is on
 * its way, before or after AWS has done it. Run again, they arrive where a run that nobody disturbed arrives.
 */
import type { ChildProcess } from 'node:child_process'
import { BedrockClient, PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeArchive } from '../support/archive.ts'
import { PLAIN, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const INIT = [
  'init',
  ...PLAIN,
  '--yes',
  '--email',
  'boss@example.com',
  '--cost-tag',
  'ai',
  '--limit',
  'tanaka=1',
  '--limit',
  '*=20',
]
const TEARDOWN = ['teardown', '--confirm', 'cost-guard', '--delete-data']
const theirs = { s3Config: { bucketName: 'company-archive' }, textDataDeliveryEnabled: true }

let admin: Admin
let tanaka: Worker
let empty: readonly string[]
let whole: readonly string[]
/** Calls of the admin that one undisturbed run takes. */
const calls = { init: 0, teardown: 0 }

/** Small, and the same for ever. https://en.wikipedia.org/wiki/Linear_congruential_generator (Numerical Recipes) */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Kills the process while its n-th call is on its way, before or after AWS has done it. False: it came to its end first. */
async function killedAt(args: readonly string[], nth: number, when: 'before' | 'after'): Promise<boolean> {
  let child: ChildProcess | undefined
  let seen = 0
  const fault = sandbox.inject({
    error: 'cut',
    times: Number.POSITIVE_INFINITY,
    matches({ caller }) {
      if (caller?.arn !== ADMIN_ARN) return false
      seen += 1
      if (seen === nth) child?.kill('SIGKILL')
      return when === 'before' && seen >= nth
    },
  })
  const onStart = (started: ChildProcess) => {
    child = started
  }
  try {
    const ran = await run(args, { env: sandbox.env, onStart })
    await sandbox.idle()
    return ran.signal === 'SIGKILL'
  } finally {
    fault.remove()
  }
}

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  const bedrock = new BedrockClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  await makeArchive(sandbox, 'company-archive')
  await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: theirs }))
  empty = await dump(sandbox)
  whole = await undisturbed('init', INIT)
  expect(differences(empty, await undisturbed('teardown', TEARDOWN))).toEqual([])
}, 120_000)

async function undisturbed(which: 'init' | 'teardown', args: readonly string[]): Promise<readonly string[]> {
  sandbox.clearCalls()
  await admin.does(...args)
  calls[which] = sandbox.calls().filter((call) => call.caller === ADMIN_ARN).length
  return dump(sandbox)
}

describe.each([11, 42])('with seed %i', (seed) => {
  const roll = dice(seed)
  const when = (): 'before' | 'after' => (roll(2) === 0 ? 'before' : 'after')

  test('an init that is killed twice is brought to its end by a third', async () => {
    expect(await killedAt(INIT, 3 + roll(calls.init - 10), when())).toBe(true)
    await killedAt(INIT, 3 + roll(calls.init - 10), when())
    await admin.does(...INIT)
    expect(differences(whole, await dump(sandbox))).toEqual([])
    expect(await admin.does('plan', '--exit-code')).toContain('Nothing to change.')
  })

  test('a teardown that is killed twice is brought to its end by a third, and nobody stays blocked', async () => {
    await tanaka.asks({ tokens: '250000 in, 0 out' })
    expect(await tanaka.tries()).toContain('explicit deny')
    expect(await killedAt(TEARDOWN, 3 + roll(calls.teardown - 10), when())).toBe(true)
    await killedAt(TEARDOWN, 3 + roll(calls.teardown - 10), when())
    await admin.does(...TEARDOWN)
    expect(differences(empty, await dump(sandbox))).toEqual([])
    expect(await tanaka.tries()).toBe('allowed')
  })
})
